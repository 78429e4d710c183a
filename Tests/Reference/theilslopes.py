"""Makes theilslopes.csv: slopes and 95% intervals by scipy.stats.theilslopes.

Run with scipy 1.17.1 and numpy 2.4.6: python theilslopes.py > theilslopes.csv
"""
import numpy
import scipy.stats

random = numpy.random.default_rng(20260301)
print("level,times,values,slope,lower,upper")
for count in (2, 3, 4, 5, 7, 10, 25, 60):
    for kind in ("distinct", "ties", "constant"):
        for level in (0.95, 0.8):
            times = numpy.sort(random.choice(5000, count, replace=False)) / 100
            if kind == "distinct":
                values = numpy.round(random.uniform(0, 10, count), 3)
            elif kind == "ties":
                values = numpy.clip(numpy.round(5 + 0.05 * times + random.normal(0, 1.5, count)), 0, 10)
            else:
                values = numpy.full(count, 4.0)
            found = scipy.stats.theilslopes(values, times, alpha=level)
            print(
                level,
                ";".join(repr(float(t)) for t in times),
                ";".join(repr(float(v)) for v in values),
                repr(float(found.slope)), repr(float(found.low_slope)), repr(float(found.high_slope)),
                sep=",")
