"""Answers a job (see ../portability.mjs) with Spark SQL: `spark.py JOB_FILE`."""

import datetime
import json
import os
import sys

os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
from pyspark.sql import SparkSession  # noqa: E402


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        job = json.load(file)
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    for table in job["tables"]:
        spark.read.parquet(table["directory"]).createOrReplaceTempView(table["name"])
    answers = [{"name": view["name"], **attempt(spark, view)} for view in job["views"]]
    with open(job["answerFile"], "w", encoding="utf-8") as file:
        json.dump({"version": spark.version, "answers": answers}, file)
    spark.stop()


def attempt(spark, view):
    try:
        spark.sql(view["select"]).createOrReplaceTempView(view["name"])
        rows = spark.sql(f"SELECT {', '.join(view['columns'])} FROM {view['name']}").collect()
        return {"rows": [[plain(cell) for cell in row] for row in rows]}
    except Exception as error:  # noqa: BLE001: whatever stops a view is told as its result
        return {"error": str(error)[:2000]}


def plain(cell):
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(sep=" ", timespec="microseconds")
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    return cell


main()
