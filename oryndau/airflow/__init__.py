"""How the pipeline's steps are run by Airflow: what the DAGs share, and the embedded installation."""
