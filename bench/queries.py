"""The queries of `compare.py`, each in the three languages; the design's table of measured ground names them."""

from dataclasses import dataclass

from log_rows import COMMON_WORD, RARE_WORD

DAY = ("2026-01-03", "2026-01-05")


@dataclass(frozen=True)
class Query:
    """One question. `exact` says whether all engines must count the same rows and values."""

    name: str
    kql: str
    duckdb: str
    clickhouse: str
    exact: bool = True


def _duckdb_word(word: str) -> str:
    return f"SELECT count(*) FROM logs WHERE regexp_matches(message, '\\b{word}\\b', 'i')"


def queries(known_trace: str) -> list[Query]:
    """Returns the queries; `known_trace` is a trace id that exists once."""
    first, last = DAY
    return [
        Query(
            "range + bin 1h",
            f"logs | where timestamp >= datetime({first}) and timestamp < datetime({last})"
            " | summarize count() by bin(timestamp, 1h)",
            f"SELECT date_trunc('hour', timestamp), count(*) FROM logs WHERE timestamp >= '{first}' AND timestamp < '{last}'"
            " GROUP BY 1",
            f"SELECT toStartOfHour(timestamp), count() FROM logs WHERE timestamp >= '{first}' AND timestamp < '{last}'"
            " GROUP BY 1",
        ),
        Query(
            "top 10, all columns",
            "logs | top 10 by duration_ms desc",
            "SELECT * FROM logs ORDER BY duration_ms DESC LIMIT 10",
            "SELECT * FROM logs ORDER BY duration_ms DESC LIMIT 10",
        ),
        Query(
            "count, avg, max by 40 keys",
            "logs | summarize count(), avg(duration_ms), max(duration_ms) by service",
            "SELECT service, count(*), avg(duration_ms), max(duration_ms) FROM logs GROUP BY 1",
            "SELECT service, count(), avg(duration_ms), max(duration_ms) FROM logs GROUP BY 1",
        ),
        Query(
            "count, avg, p95 by",
            "logs | summarize count(), avg(duration_ms), percentile(duration_ms, 95) by service",
            "SELECT service, count(*), avg(duration_ms), approx_quantile(duration_ms, 0.95) FROM logs GROUP BY 1",
            "SELECT service, count(), avg(duration_ms), quantileTDigest(0.95)(duration_ms) FROM logs GROUP BY 1",
        ),
        Query(
            "dcount",
            "logs | summarize dcount(user_id)",
            "SELECT approx_count_distinct(user_id) FROM logs",
            "SELECT uniq(user_id) FROM logs",
            exact=False,
        ),
        Query(
            "distinct of two columns",
            "logs | distinct service, host",
            "SELECT DISTINCT service, host FROM logs",
            "SELECT DISTINCT service, host FROM logs",
        ),
        Query(
            "word search, common term",
            f'logs | where message has "{COMMON_WORD}" | count',
            _duckdb_word(COMMON_WORD),
            f"SELECT count() FROM logs WHERE hasTokenCaseInsensitive(message, '{COMMON_WORD}')",
        ),
        Query(
            "word search, rare term",
            f'logs | where message has "{RARE_WORD}" | count',
            _duckdb_word(RARE_WORD),
            f"SELECT count() FROM logs WHERE hasTokenCaseInsensitive(message, '{RARE_WORD}')",
        ),
        Query(
            "contains, case-insensitive",
            'logs | where message contains "PartiTion" | count',
            "SELECT count(*) FROM logs WHERE message ILIKE '%PartiTion%'",
            "SELECT count() FROM logs WHERE positionCaseInsensitive(message, 'PartiTion') > 0",
        ),
        Query(
            "dynamic path group",
            "logs | summarize count() by tostring(properties.http.method)",
            "SELECT properties->>'$.http.method', count(*) FROM logs GROUP BY 1",
            "SELECT JSONExtractString(properties, 'http', 'method'), count() FROM logs GROUP BY 1",
        ),
        Query(
            "small join",
            "logs | join kind=inner services on service | summarize avg(duration_ms) by team",
            "SELECT team, avg(duration_ms) FROM logs JOIN services USING (service) GROUP BY 1",
            "SELECT team, avg(duration_ms) FROM logs JOIN services USING (service) GROUP BY 1",
        ),
        Query(
            "large join",
            "logs | join kind=inner users on user_id | summarize count(), avg(duration_ms) by country",
            "SELECT country, count(*), avg(duration_ms) FROM logs JOIN users USING (user_id) GROUP BY 1",
            "SELECT country, count(), avg(duration_ms) FROM logs JOIN users USING (user_id) GROUP BY 1",
        ),
        Query(
            "latest 100 by time",
            "logs | top 100 by timestamp desc",
            "SELECT * FROM logs ORDER BY timestamp DESC LIMIT 100",
            "SELECT * FROM logs ORDER BY timestamp DESC LIMIT 100",
        ),
        Query(
            "two filters, bin, key",
            'logs | where level == "Error" and status == 500 | summarize count() by bin(timestamp, 1h), service',
            "SELECT date_trunc('hour', timestamp), service, count(*) FROM logs WHERE level = 'Error' AND status = 500"
            " GROUP BY 1, 2",
            "SELECT toStartOfHour(timestamp), service, count() FROM logs WHERE level = 'Error' AND status = 500"
            " GROUP BY 1, 2",
        ),
        Query(
            "point lookup by id",
            f"logs | where trace_id == guid({known_trace})",
            f"SELECT * FROM logs WHERE trace_id = '{known_trace}'",
            f"SELECT * FROM logs WHERE trace_id = '{known_trace}'",
        ),
    ]
