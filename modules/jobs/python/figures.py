"""Statistics with the standard library only. An undefined value is None."""
import itertools
import math
import random
import statistics


def mean(values):
    return statistics.fmean(values) if values else None


def median(values):
    return statistics.median(values) if values else None


def percentile(values, share):
    """Linear between the closest ranks, as most tools do."""
    if not values:
        return None
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    low = math.floor(place)
    high = math.ceil(place)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def summary(values):
    return {"n": len(values), "mean": mean(values), "median": median(values), "p95": percentile(values, 0.95)}


def pearson(xs, ys):
    """None with fewer than three pairs, or when one side is constant."""
    if len(xs) < 3:
        return None
    mx, my = statistics.fmean(xs), statistics.fmean(ys)
    sxx = sum((x - mx) ** 2 for x in xs)
    syy = sum((y - my) ** 2 for y in ys)
    if sxx == 0 or syy == 0:
        return None
    return max(-1.0, min(1.0, sum((x - mx) * (y - my) for x, y in zip(xs, ys)) / math.sqrt(sxx * syy)))


def bootstrap(count, statistic, seed, rounds):
    """The 95 % percentile interval of statistic(indexes), resampled by index; None when it is hardly ever defined."""
    chance = random.Random(seed)
    found = []
    for _ in range(rounds):
        value = statistic([chance.randrange(count) for _ in range(count)])
        if value is not None:
            found.append(value)
    if len(found) < rounds / 2:
        return None
    return [percentile(found, 0.025), percentile(found, 0.975)]


def sign_flip_p(differences, seed, exact_up_to=14, rounds=10_000):
    """Two-sided: how often the mean is as far from 0 when each difference could as well have had the other sign."""
    observed = abs(sum(differences))
    if observed == 0:
        return 1.0, "exact"
    tolerance = 1e-12 * max(1.0, observed)
    if len(differences) <= exact_up_to:
        flips = list(itertools.product((1, -1), repeat=len(differences)))
        hits = sum(abs(sum(s * d for s, d in zip(signs, differences))) >= observed - tolerance for signs in flips)
        return hits / len(flips), "exact"
    chance = random.Random(seed)
    hits = 0
    for _ in range(rounds):
        total = sum(d if chance.random() < 0.5 else -d for d in differences)
        hits += abs(total) >= observed - tolerance
    return (hits + 1) / (rounds + 1), "permutation"


def holm(ps):
    """Holm's correction: the adjusted p values in the order given."""
    order = sorted(range(len(ps)), key=lambda i: ps[i])
    adjusted = [0.0] * len(ps)
    highest = 0.0
    for rank, i in enumerate(order):
        highest = max(highest, min(1.0, (len(ps) - rank) * ps[i]))
        adjusted[i] = highest
    return adjusted


def eigen(matrix, sweeps=100):
    """Eigenvalues and eigenvectors of a symmetric matrix by Jacobi rotations, the largest first."""
    n = len(matrix)
    a = [row[:] for row in matrix]
    v = [[float(i == j) for j in range(n)] for i in range(n)]
    for _ in range(sweeps):
        if sum(a[i][j] ** 2 for i in range(n) for j in range(i)) < 1e-20:
            break
        for p in range(n - 1):
            for q in range(p + 1, n):
                if abs(a[p][q]) < 1e-15:
                    continue
                theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
                t = math.copysign(1, theta) / (abs(theta) + math.sqrt(theta * theta + 1))
                c = 1 / math.sqrt(t * t + 1)
                s = t * c
                for k in range(n):
                    a[k][p], a[k][q] = c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]
                for k in range(n):
                    a[p][k], a[q][k] = c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]
                for k in range(n):
                    v[k][p], v[k][q] = c * v[k][p] - s * v[k][q], s * v[k][p] + c * v[k][q]
    order = sorted(range(n), key=lambda i: -a[i][i])
    vectors = []
    for i in order:
        vector = [v[k][i] for k in range(n)]
        # The sign of an eigenvector is free; the largest part is positive, so that every machine says the same.
        if max(vector, key=abs) < 0:
            vector = [-x for x in vector]
        vectors.append(vector)
    return [max(0.0, a[i][i]) for i in order], vectors
