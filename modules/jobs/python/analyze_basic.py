"""Per model and scenario: counts, lengths, speed, refusals, mentioned values, and agreement between models."""
import itertools

from figures import mean, summary
from ringback_io import limit, read_input, write_result


def describe(items):
    done = [i for i in items if i["state"] == "completed"]
    known = [i["tokensOut"] for i in done if i["tokensOut"] is not None]
    return {
        "items": len(items),
        "completed": len(done),
        "failed": sum(i["state"] == "failed" for i in items),
        "refused": sum(i["class"] == "refused" for i in done),
        "cutShort": sum(i["class"] == "cut_short" for i in done),
        "length": summary([i["length"] for i in done]),
        "latencyMs": summary([i["latencyMs"] for i in done]),
        "tokensOut": {"n": len(known), "mean": mean(known)},
        "valueMentions": sum(i["mentions"] for i in done),
        "score": mean([i["score"] for i in items]),
    }


def grouped(items, key):
    groups = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def agreement(items):
    """For each pair of models, the share of common scenarios that end alike (answer, refusal, cut, failure)."""
    outcomes = {}
    for (model, scenario), group in grouped(items, lambda i: (i["modelId"], i["scenarioId"])).items():
        counts = {}
        for item in group:
            kind = item["class"] or item["state"]
            counts[kind] = counts.get(kind, 0) + 1
        # The most frequent end; of several the first by name.
        outcomes.setdefault(model, {})[scenario] = min(counts, key=lambda kind: (-counts[kind], kind))
    pairs = []
    for a, b in itertools.combinations(sorted(outcomes), 2):
        both = sorted(set(outcomes[a]) & set(outcomes[b]))
        same = sum(outcomes[a][s] == outcomes[b][s] for s in both)
        pairs.append({"models": [a, b], "scenarios": len(both), "agreement": same / len(both) if both else None})
    return pairs


def analyze(data):
    items = data["items"]
    return {
        "byModel": [{"modelId": m, **describe(g)} for m, g in sorted(grouped(items, lambda i: i["modelId"]).items())],
        "byScenario": [
            {"scenarioId": s, "modelId": m, **describe(g)}
            for (s, m), g in sorted(grouped(items, lambda i: (i["scenarioId"], i["modelId"])).items())
        ],
        "agreement": agreement(items),
    }


if __name__ == "__main__":
    limit(240)
    write_result(analyze(read_input()))
