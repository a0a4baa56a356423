"""Synthetic editions: every number, name and act in them is invented, and their texts say so."""

from __future__ import annotations

from datetime import date, timedelta

from indicators.register.markdown import plain_blocks, read_blocks
from indicators.register.model import Text
from reports.model import (
    CorrectedPeriod,
    CorrectionRow,
    CountArg,
    CrossCheckRow,
    DateArg,
    DecisionRow,
    Finding,
    HistoryPoint,
    IndicatorRow,
    LawEdition,
    MeasureRow,
    Message,
    NumberArg,
    OverrideRow,
    OverviewEdition,
    OverviewRow,
    PeriodArg,
    PillarRow,
    RegionValue,
    SourceRow,
    StatementRow,
    TargetRow,
    TextArg,
    sha256,
)

REFERENCE = date(2026, 9, 30)
ADOPTED = date(2014, 3, 3)


def words(kk: str, ru: str, en: str) -> Text:
    """A text that says that it is invented."""
    return Text(kk=f"{kk} (үлгі)", ru=f"{ru} (пример)", en=f"{en} (synthetic)")


TITLE = words("Ауыз судың сапасы мен қолжетімділігі туралы", "О качестве и доступности питьевой воды",
              "On the quality and availability of drinking water")  # fmt: skip
LONG = Text(
    kk="Халықты қауіпсіз ауыз сумен қамтамасыз ету, су құбыры желілерін жаңарту, судың сапасын тұрақты бақылау және "
    "ауылдық елді мекендерде суға қолжетімділікті арттыру мәселелері бойынша өзгерістер енгізу туралы (үлгі)",
    ru="О внесении изменений по вопросам обеспечения населения безопасной питьевой водой, обновления водопроводных "
    "сетей, постоянного контроля качества воды и повышения доступности воды в сельских населённых пунктах (пример)",
    en="On amendments concerning the supply of safe drinking water to the population, the renewal of water networks, "
    "the continuous control of water quality and wider access to water in rural settlements (a synthetic title)",
)
LONGEST = Text(
    kk=("Ауылдық елді мекендердегі көрсеткіш " * 8)[:199] + "р",
    ru=("Показатель сельских населённых пунктов " * 6)[:199] + "й",
    en=("Indicator of rural settlements at length " * 5)[:199] + "d",
)
"""A title of 200 characters; it is invented."""
WHY = words("Заң уәде еткен суға қолжетімділікті көрсетеді; судың бағасын көрсетпейді.",
            "Показывает доступ к воде, который обещает закон; цену воды не показывает.",
            "Shows the access to water that the law promises; it does not show the price.")  # fmt: skip
UNIT = Text(kk="халықтың үлесі, %", ru="доля населения, %", en="share of people, %")
RATE = Text(kk="100 000 тұрғынға", ru="на 100 000 жителей", en="per 100,000 people")
TITLES = (
    words("Таза сумен қамтылған халық", "Население с чистой водой", "People with clean water"),
    words("Су арқылы жұғатын ауруларға шалдығу", "Заболеваемость инфекциями, передаваемыми с водой",
          "Cases of water-borne disease"),
    words("Нормаға сай келетін су сынамаларының үлесі, бақылау зертханаларының деректері бойынша",
          "Доля проб воды, соответствующих норме, по данным контрольных лабораторий",
          "Share of water samples that meet the norm, as control laboratories report it"),
    words("Жаңартылған желілер", "Обновлённые сети", "Networks renewed"),
)  # fmt: skip
REGIONS = ("Акмола", "Актобе", "Алматы", "Атырау", "Шығыс", "Жамбыл", "Батыс", "Қарағанды", "Қостанай", "Қызылорда",
           "Маңғыстау", "Павлодар", "Солтүстік", "Түркістан", "Астана", "Алматы қ.", "Шымкент", "Абай", "Жетісу",
           "Ұлытау")  # fmt: skip
BYLAW = words("Ауыз судың сапасын бақылау және есеп беру қағидаларын бекіту туралы бұйрық",
              "Об утверждении правил контроля качества питьевой воды и отчётности",
              "Rules for controlling and reporting on the quality of drinking water")  # fmt: skip


def indicator(number: int, pillar: str = "outcomes", *, status: str = "behind", data: bool = True,
              regions: int = 0, sign: float = 1.0) -> IndicatorRow:  # fmt: skip
    """One invented indicator; ``status`` no_target has no target, ``data`` False has no values."""
    down = number % 2 == 0
    years = range(2014, 2024)
    values = [sign * (10.0 + (-0.35 if down else 0.55) * step + (0.2 if step % 3 else 0.0)) for step in range(10)]
    history = tuple(
        HistoryPoint(period=str(year), value=value, flag="p" if year == 2023 else "",
                     revised_from=value - 0.6 if year == 2021 else None)
        for year, value in zip(years, values, strict=True)
    )  # fmt: skip
    targeted = status != "no_target"
    goal = sign * (4.0 if down else 20.0)
    pillar_number = 2 if pillar == "outcomes" else 1
    target = TargetRow(
        id=f"goal-{number}", period="2030", value=goal,
        document=words("Су саласын дамыту тұжырымдамасы", "Концепция развития водной отрасли", "Water sector concept"),
        document_date=date(2019, 5, 6), verification="B", mark="pending", scored=True,
    )  # fmt: skip
    older = target.model_copy(
        update={"id": f"old-{number}", "value": goal * 0.8, "superseded_by": f"goal-{number}", "scored": False}
    )
    needed_value = values[0] + (goal - values[0]) * 9 / 16
    attainment = (values[-1] - values[0]) / (goal - values[0])
    return IndicatorRow(
        number=f"{pillar_number}.{number}", id=f"indicator-{number}", pillar=pillar,
        title=TITLES[number % len(TITLES)], why=WHY, unit=RATE if down else UNIT, percentage=not down,
        direction="down" if down else "up", decimals=1, weight=1.0,
        period="2023" if data else None, value=values[-1] if data else None, flag="p" if data else "",
        baseline_period="2014" if targeted else None, baseline=values[0] if targeted else None,
        target_period="2030" if targeted else None, target=goal if targeted else None,
        needed_value=needed_value if targeted and data else None,
        attainment=attainment if targeted and data else None, needed=9 / 16 if targeted and data else None,
        ratio=attainment / (9 / 16) if targeted and data else None,
        status=status if data else "no_data" if targeted else "no_target",
        reason=None if data else "not_published", stale=number == 3, ended=False,
        recent_pace=0.5 if targeted else None, needed_pace=(goal - values[-1]) / 7 if targeted else None,
        acceleration=1.9 if targeted else None, turn_round=False, grade="B" if data else None,
        source=f"S{number:02d}" if data else None,
        path=(("2014", values[0]), ("2020", values[0] + (goal - values[0]) * 0.4), ("2030", goal)) if targeted else (),
        history=history if data else (),
        breaks=(("2017", words("Анықтама өзгерді", "Изменилось определение", "The definition changed")),)
        if number == 4 else (),
        targets=(older, target) if targeted else (),
        cross_checks=(
            CrossCheckRow(
                title=words("Сауалнама деректері", "Данные опроса", "Survey figures"), period="2022", value=12.5,
                own_value=13.1, relative_difference=-0.046, agrees=True, source=f"S{number:02d}",
                difference=words("Тек қалалар", "Только города", "Towns only"),
            ),
        ) if data and number == 1 else (),
        regions=tuple(
            RegionValue(code=f"R{place:02d}", name=Text(kk=name, ru=name, en=name),
                        value=None if place == 19 else sign * (8.0 + 0.9 * place))
            for place, name in enumerate(REGIONS[:regions])
        ) if data else (),
        regions_period="2023" if regions and data else None,
    )  # fmt: skip


def measure(number: int) -> MeasureRow:
    """One invented by-law: adopted, overdue, or not established."""
    state = ("in_force", "in_force", "not_started", "unknown")[number % 4]
    adopted = ADOPTED + timedelta(days=150 + 61 * (number % 70)) if state == "in_force" else None
    due = ADOPTED + timedelta(days=270) if number % 3 == 0 else None
    clock = "done_late" if adopted and due and adopted > due else "overdue" if due and not adopted else "no_deadline"
    return MeasureRow(
        id=f"by-law-{number}", title=BYLAW,
        provisions=(Text(kk=f"{number}-бап", ru=f"ст. {number}", en=f"art. {number}"),),
        kind="order", responsible=words("Су министрлігі", "Министерство воды", "Ministry of water"), state=state,
        clock=clock, fulfilled=adopted is not None, counted=True,
        act_id=f"X{number:09d}" if adopted else None, act_label=f"№ {100 + number}" if adopted else None,
        adopted=adopted,
        delay_days=None if state == "unknown" else ((adopted or REFERENCE) - ADOPTED).days, due=due,
        verification=("A", "B", "C")[number % 3] if number > 4 else "A",
        url="https://example.org/synthetic" if adopted else None,
    )  # fmt: skip


def finding(number: int, importance: int) -> Finding:
    """An invented statement in the catalogue's own words."""
    return Finding(
        id=f"§{number}",
        sentence=Message(
            key="finding.path.behind",
            args={
                "title": TextArg(value=TITLES[number % len(TITLES)]),
                "value": NumberArg(value=14.9 + number, decimals=1, unit="percent"),
                "period": PeriodArg(value="2023"),
                "target": NumberArg(value=20.0, decimals=1, unit="percent"),
                "target_period": PeriodArg(value="2030"),
                "needed": NumberArg(value=15.6, decimals=1, unit="percent"),
                "gap": NumberArg(value=0.7, decimals=1, unit="percentage_points"),
            },
        ),
        figure=Message(
            key="figure.change",
            args={"earlier": NumberArg(value=10.0, decimals=1), "value": NumberArg(value=14.9, decimals=1)},
        ),
        importance=importance, kind="status", period="2023", sources=("S01",),
    )  # fmt: skip


CORRECTION = CorrectionRow(
    id="synthetic-slip", action="override", area="KZ", status=None, verification="A",
    periods=(CorrectedPeriod(period="2016", published=("193 ",), used=(19.3,)),
             CorrectedPeriod(period="2017", published=("7", "9"), used=())),
    reason=words("Үтір түсіп қалған.", "Потеряна запятая.", "A decimal point was lost."),
    reported_to=words("Статистика бюросы", "Бюро статистики", "Bureau of statistics"), reported_on=date(2026, 5, 20),
    source=words("Жылнама", "Ежегодник", "Yearbook"),
)  # fmt: skip
RELEASED = DecisionRow(by="A. Synthetic, Bureau", at="2026-06-03T09:00:00+00:00", reason="confirmed by telephone",
                       checks=("natural_limits",))  # fmt: skip
OVERRIDES = (
    OverrideRow(check="large_revision", skip=False, severity="info", usual_severity="warning", bound=0.5,
                usual_bound=0.25, reason=words("Ұсақ қатар.", "Малый ряд.", "A small series.")),
    OverrideRow(check="jump", skip=True, severity=None, usual_severity="warning", bound=None, usual_bound=8.0,
                reason=words("Кездейсоқ шама.", "Случайная величина.", "Chance rules it.")),
)  # fmt: skip


def source(number: int) -> SourceRow:
    """An invented series; the second one bears every note that a series can have."""
    noted = {"corrections": (CORRECTION,), "released": RELEASED, "overrides": OVERRIDES} if number == 2 else {}
    return SourceRow(
        id=f"S{number:02d}", series=f"synthetic/{number}", title=TITLES[number % len(TITLES)], source="synthetic",
        owner=words("Статистика бюросы", "Бюро статистики", "Bureau of statistics"), licence="CC BY 4.0",
        dataset=f"W-{number}", vintage=f"v{number}", known_from=date(2026, 4, 8), retrieved=date(2026, 4, 9),
        raw_sha256=f"{number:064x}", url="https://example.org/synthetic", checks_passed=11, checks_total=12,
        grade="B", warnings=(), quarantined=number == 2, stale=number == 3,
        evidence=f"evidence/{number:03d}_synthetic.html", **noted,
    )  # fmt: skip


STAFF = words("комитет аппараты", "аппарат комитета", "the committee's staff")
MINISTRY = words("Су министрлігі", "Министерство воды", "the Ministry of water")
COMMENT = (
    "Synthetic comment. The **pace of renewal** is *half* of what the path needs; see the "
    "[synthetic plan](https://example.org/synthetic).\n\n- the budget of two years was moved\n- no new term was set"
)
REPLY = "Пример ответа. Работы начаты в 2025 году.\nСрок — 1 июля.\n\nЗначки * и # здесь не разметка: #set page(), <b>."


def statements() -> tuple[StatementRow, ...]:
    """Invented comments and replies: of the law, of a finding, in one language, and one that did not come."""
    comment = {"kk": read_blocks("Мысал түсініктеме. **Қарқын** жеткіліксіз."), "en": read_blocks(COMMENT)}
    return (
        StatementRow(id="SYNTHETIC1_/pace", kind="comment", author=STAFF, day=date(2026, 7, 3), about="law",
                     texts=comment),
        StatementRow(id="SYNTHETIC1_/reply", kind="reply", author=MINISTRY, day=date(2026, 7, 10),
                     requested=date(2026, 6, 3), due=date(2026, 7, 3), about="finding", finding="§2",
                     texts={"ru": plain_blocks(REPLY)}),
        StatementRow(id="SYNTHETIC1_/silence", kind="reply", author=MINISTRY, day=None, requested=date(2026, 8, 3),
                     due=date(2026, 9, 3), about="absent", texts={}),
    )  # fmt: skip


def law_edition(
    *,
    indicators: int = 4,
    measures: int = 8,
    regions: int = 20,
    pillars: int = 2,
    targets: bool = True,
    data: bool = True,
    bounds: bool = False,
    long: bool = False,
    completeness: str = "complete",
    sign: float = 1.0,
    findings: int = 6,
    said: bool = False,
) -> LawEdition:
    """An invented law's edition of the wanted size and state."""
    statuses = ("behind", "on_track", "far_behind", "reversing", "achieved", "missed", "not_distinguishable")
    rows = tuple(
        indicator(n, status=statuses[(n - 1) % len(statuses)] if targets else "no_target", data=data,
                  regions=regions if n == 1 else 0, sign=sign)
        for n in range(1, indicators + 1)
    )  # fmt: skip
    scored = targets and data and not bounds
    pillar_rows = [
        PillarRow(
            id="instruments", number=1,
            title=words("Заңға тәуелді актілер", "Подзаконные акты", "By-laws and institutions"),
            weight=1.0, score=50.0 if scored and completeness == "complete" else None, needed=100.0 if scored else None,
            low=None, high=None, status="far_behind" if scored else "no_target", coverage=1.0 if scored else None,
            covered=1 if scored else 0, children=1 if scored else 0, not_scorable=0 if scored else 1, quality="A",
            previous_score=44.0 if scored else None,
        )
    ]  # fmt: skip
    pillar_rows += [
        PillarRow(
            id="outcomes" if n == 2 else f"pillar-{n}", number=n,
            title=words("Халық үшін нәтиже", "Результат для людей", "Outcomes for people"), weight=1.0,
            score=30.4 if scored else None, needed=56.3 if targets else None, low=20.0 if bounds else None,
            high=85.0 if bounds else None,
            status="behind" if scored else "insufficient_data" if targets else "no_target",
            coverage=1.0 if scored else 0.5 if targets else None, covered=indicators if scored else 0,
            children=indicators if targets else 0, not_scorable=0 if targets else indicators,
            quality="B" if data else None, previous_score=None,
        )
        for n in range(2, pillars + 1)
    ]  # fmt: skip
    status = "behind" if scored else "insufficient_data" if targets else "no_target"
    gap = Message(key="verdict.points.behind", args={"gap": NumberArg(value=14.8, decimals=1, unit="points")})
    number = {"count": CountArg(value=indicators), "covered": CountArg(value=1)}
    verdict = gap if scored else Message(key="verdict.insufficient" if targets else "verdict.no_target", args=number)
    detail = (
        Message(key="detail.coverage", args={name: CountArg(value=indicators) for name in ("covered", "count")})
        if targets else Message(key="detail.only_facts", args={"count": CountArg(value=indicators)})
    )  # fmt: skip
    made = tuple(measure(n) for n in range(1, measures + 1))
    fulfilled = sum(row.fulfilled for row in made)
    return LawEdition(
        id="KZ-SYNTHETIC1_/2026-Q3", country="KZ", parliament=words("Құрылтай", "Курултай", "Qurultay"),
        law="SYNTHETIC1_", law_kind="law", number="000-VIII", adopted=ADOPTED, title=LONG if long else TITLE,
        short_title=TITLE, identity_verification="A", in_force=None if long else date(2014, 9, 4),
        in_force_rule=words("Алғашқы ресми жарияланған күнінен кейін күнтізбелік он күн өткен соң",
                            "По истечении десяти календарных дней после дня его первого официального опубликования",
                            "Ten calendar days after the day of its first official publication"),
        in_force_verification="A",
        responsible=(words("Су министрлігі", "Министерство воды", "Ministry of water"),) * (3 if long else 1),
        enacted_by=words("Мәжіліс", "Мажилис", "Mazhilis"), committee=None,
        target_date=date(2030, 12, 31) if scored else None, reference_date=REFERENCE, as_of=REFERENCE,
        register_version="synthetic", law_file_sha256="0" * 64, method="path-1",
        previous_edition="KZ-SYNTHETIC1_/2026-Q2" if scored else None,
        score=40.2 if scored else None, needed=55.0 if scored else None, low=20.0 if bounds else None,
        high=85.0 if bounds else None, status=status, coverage=1.0 if scored else 0.5 if targets else None,
        covered=pillars if scored else 0, children=pillars if targets else 0,
        not_scorable=0 if targets else pillars, quality="B" if data else None,
        previous_score=38.0 if scored else None, verdict=verdict, verdict_detail=(detail,),
        pillars=tuple(pillar_rows), indicators=rows,
        trajectory=tuple((str(2014 + n), 4.0 * n if n < 10 else None, 100.0 * n / 16) for n in range(17))
        if scored else (),
        measures_completeness=completeness, measures_expected=measures, measures_fulfilled=fulfilled,
        measures_unknown=sum(row.state == "unknown" for row in made),
        measures_category=None if completeness != "complete" else "partial" if measures else "direct",
        measures_rate_low=None, measures_rate_high=None, measures_note=None, measures=made,
        findings=tuple(finding(n, 1 if n == 1 else 2 if n < 5 else 3) for n in range(1, findings + 1)), changes=(),
        sources=tuple(source(n) for n in range(1, indicators + 1)) if data else (),
        notes=(Message(key="note.known", args={"as_of": DateArg(value=REFERENCE)}),),
        statements=statements() if said else (), evidence="0123456789ab",
    )  # fmt: skip


def at_length(edition: LawEdition) -> LawEdition:
    """The edition with every title of 200 characters: of the law, its pillars, indicators, by-laws and bodies."""
    return edition.model_copy(
        update={
            "title": LONGEST,
            "short_title": LONGEST,
            "responsible": (LONGEST,) * 3,
            "pillars": tuple(row.model_copy(update={"title": LONGEST}) for row in edition.pillars),
            "indicators": tuple(row.model_copy(update={"title": LONGEST}) for row in edition.indicators),
            "measures": tuple(
                row.model_copy(update={"title": LONGEST, "responsible": LONGEST}) for row in edition.measures
            ),
            "sources": tuple(row.model_copy(update={"title": LONGEST}) for row in edition.sources),
            "findings": tuple(
                row.model_copy(
                    update={
                        "sentence": row.sentence.model_copy(
                            update={"args": {**row.sentence.args, "title": TextArg(value=LONGEST)}}
                        )
                    }
                )
                for row in edition.findings
            ),
        }
    )


def overview_edition(laws: int = 12, long: bool = True) -> OverviewEdition:
    """An overview of invented laws, a few of them scored."""
    edition = law_edition()
    rows = []
    for n in range(laws):
        scored = n < laws // 3 + 1
        title = LONG if long and n % 5 == 3 else TITLE
        rows.append(
            OverviewRow(
                law=f"SYNTHETIC{n}_", edition=f"KZ-SYNTHETIC{n}_/2026-Q3", title=title,
                status="behind" if scored else "no_target", score=62.0 - n if scored else None,
                needed=75.0 if scored else None, gap=13.0 + n if scored else None, coverage=0.8 if scored else None,
                covered=3 if scored else 0, children=4 if scored else 0, not_scorable=1,
                quality="B", previous_score=60.0 if scored else None,
                measures_completeness=("complete", "partial", "not_read")[n % 3], measures_expected=12,
                measures_fulfilled=9, measures_unknown=n % 2, headline=edition.verdict, sha256=sha256(edition),
            )
        )  # fmt: skip
    scored_laws = sum(row.score is not None for row in rows)
    return OverviewEdition(
        id="KZ-synthetic/2026-Q3", country="KZ", parliament=edition.parliament, committee=None,
        reference_date=REFERENCE, as_of=REFERENCE, register_version="synthetic", method="path-1",
        counts={"behind": scored_laws, "no_target": laws - scored_laws}, rows=tuple(rows),
        findings=edition.findings[:3], notes=edition.notes,
    )  # fmt: skip
