"""Correlations between figures, outliers, and the better model over the same scenarios."""
import itertools
import math
import statistics

from figures import bootstrap, eigen, holm, median, pearson, sign_flip_p
from ringback_io import limit, read_input, write_result

COLUMNS = ["latencyMs", "length", "turns", "mentions", "score"]
MOST_POINTS = 500
ALPHA = 0.05


def correlations(rows, seed, rounds):
    found = []
    for a, b in itertools.combinations(COLUMNS, 2):
        xs, ys = [r[a] for r in rows], [r[b] for r in rows]
        r = pearson(xs, ys)
        if r is None:
            why = "fewer than three items" if len(rows) < 3 else "one of the two is always the same"
            found.append({"columns": [a, b], "r": None, "interval": None, "why": why})
            continue
        interval = bootstrap(len(rows), lambda at: pearson([xs[i] for i in at], [ys[i] for i in at]), seed, rounds)
        found.append({"columns": [a, b], "r": r, "interval": interval, "why": None})
    return found


def pca(rows):
    columns = [c for c in COLUMNS if len({r[c] for r in rows}) > 1]
    if len(rows) < 3 or len(columns) < 2:
        return {"columns": columns, "explained": [], "components": [], "points": [], "why": "There is too little that differs."}
    means = {c: statistics.fmean(r[c] for r in rows) for c in columns}
    spreads = {c: statistics.stdev(r[c] for r in rows) for c in columns}
    z = [[(r[c] - means[c]) / spreads[c] for c in columns] for r in rows]
    size = range(len(columns))
    covariance = [[sum(row[i] * row[j] for row in z) / (len(z) - 1) for j in size] for i in size]
    values, vectors = eigen(covariance)
    total = sum(values)
    points = [
        {
            "modelId": r["modelId"],
            "scenarioId": r["scenarioId"],
            "x": sum(a * b for a, b in zip(row, vectors[0])),
            "y": sum(a * b for a, b in zip(row, vectors[1])),
        }
        for r, row in list(zip(rows, z))[:MOST_POINTS]
    ]
    return {
        "columns": columns,
        "explained": [value / total for value in values],
        "components": vectors[:2],
        "points": points,
        "why": None,
    }


def outliers(rows):
    """Outliers by the median and the median absolute deviation, which one extreme value does not move."""
    found = []
    for column in ("latencyMs", "length"):
        values = [r[column] for r in rows]
        middle = median(values)
        spread = median([abs(v - middle) for v in values]) if values else 0
        if not spread:
            continue
        for row in rows:
            z = 0.6745 * (row[column] - middle) / spread
            if abs(z) > 3.5:
                found.append({"itemId": row["itemId"], "column": column, "value": row[column], "z": z})
    return sorted(found, key=lambda o: -abs(o["z"]))[:100]


def compare(items, seed, rounds):
    """Each pair of models over the scenarios of both; a scenario counts once, however often it was repeated."""
    scores = {}
    for item in items:
        scores.setdefault(item["modelId"], {}).setdefault(item["scenarioId"], []).append(item["score"])
    pairs = []
    for a, b in itertools.combinations(sorted(scores), 2):
        both = sorted(set(scores[a]) & set(scores[b]))
        differences = [statistics.fmean(scores[a][s]) - statistics.fmean(scores[b][s]) for s in both]
        if not differences:
            continue
        p, test = sign_flip_p(differences, seed)
        interval = bootstrap(
            len(differences), lambda at: statistics.fmean(differences[i] for i in at), seed, rounds
        )
        pairs.append(
            {
                "models": [a, b],
                "scenarios": len(both),
                "difference": statistics.fmean(differences),
                "interval": interval,
                "p": p,
                "test": test,
                "scenariosNeeded": needed(differences),
            }
        )
    for pair, adjusted in zip(pairs, holm([pair["p"] for pair in pairs])):
        pair["adjustedP"] = adjusted
        pair["isTied"] = adjusted >= ALPHA
        pair["sentence"] = in_words(pair)
    return pairs


def needed(differences, difference=0.1):
    """The number of scenarios that would show a difference of 0.1 with 80 % power, from the observed spread."""
    if len(differences) < 2:
        return None
    return math.ceil(((1.96 + 0.84) * statistics.stdev(differences) / difference) ** 2) or 1


def in_words(pair):
    a, b = pair["models"]
    over = f"over the same {pair['scenarios']} scenarios"
    if pair["isTied"]:
        return f"{a} and {b} are tied {over}: {tie_in_words(pair)}."
    better, worse = (a, b) if pair["difference"] > 0 else (b, a)
    by = abs(pair["difference"])
    return f"{better} is better than {worse} {over}, by {by:.2f} of 1 (p = {pair['adjustedP']:.3f})."


def tie_in_words(pair):
    """What a tie says of the mean difference; one that is written as 0.00 is none."""
    if pair["interval"] == [0, 0]:
        return "they score the same in each"
    size = f"{abs(pair['difference']):.2f}"
    if size == "0.00":
        return "on average they score the same"
    return f"a difference of {size} may well be chance (p = {pair['adjustedP']:.3f})"


def analyze(data):
    items = data["items"]
    seed, rounds = data["seed"], data.get("rounds", 1_000)
    rows = [i for i in items if i["state"] == "completed"]
    # A resample takes time; the figures of a part of very many rows are nearly the same.
    part = rows[:2_000]
    return {
        "correlations": correlations(part, seed, rounds),
        "pca": pca(rows),
        "outliers": outliers(rows),
        "compare": compare(items, seed, rounds),
    }


if __name__ == "__main__":
    limit(1_200)
    write_result(analyze(read_input()))
