"""The transports by one name: what the pipeline imports to decide where answers come from."""

from indicators.sources.archive import ArchiveTransport
from indicators.sources.exchange import Fetched, Transport, address
from indicators.sources.live import LiveTransport

__all__ = ["ArchiveTransport", "Fetched", "LiveTransport", "Transport", "address"]
