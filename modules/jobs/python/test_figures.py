"""Checked against values computed by hand. Run with: python3 -m unittest, in this folder."""
import unittest

import analyze_basic
import analyze_deep
from figures import bootstrap, eigen, holm, pearson, percentile, sign_flip_p, summary


def item(model, scenario, score=1.0, **more):
    return {
        "itemId": f"{model}-{scenario}", "modelId": model, "scenarioId": scenario, "state": "completed", "class": None, "latencyMs": 10,
        "length": 100, "turns": 1, "mentions": 0, "tokensOut": None, "score": score, **more,
    }  # fmt: skip


class Figures(unittest.TestCase):
    def test_summary(self):
        self.assertEqual(summary([1, 2, 3, 4]), {"n": 4, "mean": 2.5, "median": 2.5, "p95": 3.8499999999999996})
        self.assertEqual(summary([]), {"n": 0, "mean": None, "median": None, "p95": None})
        self.assertEqual(percentile([7], 0.95), 7)

    def test_pearson(self):
        # Sxy = 4, Sxx = 5, Syy = 5.
        self.assertAlmostEqual(pearson([1, 2, 3, 4], [2, 1, 4, 3]), 0.6)
        self.assertIsNone(pearson([1, 1, 1], [1, 2, 3]))
        self.assertIsNone(pearson([1, 2], [1, 2]))

    def test_sign_flip_exact(self):
        # Of the 8 signs of (1, 2, 3) only +++ and --- reach 6.
        self.assertEqual(sign_flip_p([1, 2, 3], 0), (0.25, "exact"))
        # |sum| >= 2 of (1, -1, 2): +-+ 4.. by hand 6 of 8: sums 2, -2, 4, 0, 0, -4, 2, -2.
        self.assertEqual(sign_flip_p([1, -1, 2], 0), (0.75, "exact"))
        self.assertEqual(sign_flip_p([0, 0], 0), (1.0, "exact"))

    def test_sign_flip_permutation_repeats(self):
        many = [0.1 * (i % 7) - 0.2 for i in range(40)]
        self.assertEqual(sign_flip_p(many, 5), sign_flip_p(many, 5))
        self.assertEqual(sign_flip_p(many, 5)[1], "permutation")

    def test_holm(self):
        # Sorted 0.01 0.03 0.04: times 3, 2, 1 is 0.03 0.06 0.04, and never falling 0.03 0.06 0.06.
        self.assertEqual([round(p, 10) for p in holm([0.01, 0.04, 0.03])], [0.03, 0.06, 0.06])

    def test_eigen(self):
        values, vectors = eigen([[2.0, 1.0], [1.0, 2.0]])
        self.assertAlmostEqual(values[0], 3)
        self.assertAlmostEqual(values[1], 1)
        self.assertAlmostEqual(vectors[0][0], 2**-0.5)
        self.assertAlmostEqual(vectors[0][1], 2**-0.5)

    def test_bootstrap_repeats(self):
        def mean_of(at):
            return sum(at) / len(at)

        self.assertEqual(bootstrap(9, mean_of, 1, 200), bootstrap(9, mean_of, 1, 200))
        self.assertNotEqual(bootstrap(9, mean_of, 1, 200), bootstrap(9, mean_of, 2, 200))


class Analyses(unittest.TestCase):
    def test_basic(self):
        items = [item("a", "s", length=10), item("a", "t", **{"class": "refused"}), item("b", "s", state="failed", **{"class": "transient"}, score=0)]
        found = analyze_basic.analyze({"items": items})
        a, b = found["byModel"]
        self.assertEqual((a["items"], a["completed"], a["refused"], b["failed"], b["completed"]), (2, 2, 1, 1, 0))
        self.assertEqual(a["length"]["mean"], 55)
        self.assertEqual(a["tokensOut"], {"n": 0, "mean": None})
        self.assertEqual(found["agreement"], [{"models": ["a", "b"], "scenarios": 1, "agreement": 0.0}])

    def test_compare_says_who_is_better(self):
        items = [item(m, f"s{i}", score) for i in range(8) for m, score in (("a", 1.0), ("b", 0.5))]
        (pair,) = analyze_deep.compare(items, 0, 200)
        # 2 of 256 signs reach the sum: p = 0.0078.
        self.assertEqual((pair["difference"], pair["p"], pair["interval"], pair["isTied"]), (0.5, 2 / 256, [0.5, 0.5], False))
        self.assertEqual(pair["sentence"], "a is better than b over the same 8 scenarios, by 0.50 of 1 (p = 0.008).")

    def test_compare_says_tied(self):
        items = [item(m, f"s{i}", s) for i in range(4) for m, s in (("a", i % 2), ("b", (i + 1) % 2))]
        (pair,) = analyze_deep.compare(items, 0, 200)
        self.assertTrue(pair["isTied"])
        self.assertEqual(pair["sentence"], "a and b are tied over the same 4 scenarios: on average they score the same.")

    def test_a_tie_says_what_the_difference_is(self):
        def said(*scores):
            items = [item("a", f"s{i}", s) for i, s in enumerate(scores)] + [item("b", f"s{i}", 0.5) for i in range(len(scores))]
            return analyze_deep.compare(items, 0, 200)[0]["sentence"]

        self.assertEqual(said(0.5, 0.5, 0.5), "a and b are tied over the same 3 scenarios: they score the same in each.")
        self.assertIn(": a difference of 0.17 may well be chance (p = ", said(1, 0.5, 0.5))

    def test_repetitions_do_not_count_as_scenarios(self):
        once = [item(m, f"s{i}", s) for i in range(5) for m, s in (("a", 1.0), ("b", 0.0))]
        self.assertEqual(analyze_deep.compare(once, 0, 50)[0]["p"], analyze_deep.compare(once * 20, 0, 50)[0]["p"])

    def test_outliers_and_constants(self):
        rows = [item("a", f"s{i}", latencyMs=100 + i) for i in range(10)] + [item("a", "wild", latencyMs=9_000)]
        self.assertEqual([o["itemId"] for o in analyze_deep.outliers(rows)], ["a-wild"])
        found = analyze_deep.analyze({"items": rows, "seed": 0, "rounds": 50})
        self.assertTrue(all(c["r"] is None and c["why"] for c in found["correlations"]))
        self.assertTrue(found["pca"]["why"])

    def test_nothing_at_all(self):
        self.assertEqual(analyze_deep.analyze({"items": [], "seed": 0})["compare"], [])
        self.assertEqual(analyze_basic.analyze({"items": []})["byModel"], [])


if __name__ == "__main__":
    unittest.main()
