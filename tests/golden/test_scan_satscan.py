"""REFERENCE 5: two prospective space–time permutation scans run in SaTScan 9.4.4.

The cases, the places and SaTScan's own results are those of QuantCrimAtLeeds/PredictCode, notebooks/
satscan_test1 and satscan_test3 (.cas, .geo, .txt). SaTScan reports expected cases to two decimals and the
likelihood ratio to six. Its p-values are sequential (248 and 50 replications): they bound ours roughly only.
"""

import numpy as np
import pytest

from geo.analysis.scan import space_time_scan

# place:day, one entry a case
CASES_1 = """
19:872 13:871 18:869 7:868 16:995 6:995 16:993 4:992 1:865 22:863 5:989 8:862 18:987 10:987 11:986
1:985 21:861 21:861 8:860 6:982 15:981 9:854 16:979 22:978 16:851 18:851 2:976 17:976 15:850 2:849
25:849 18:973 21:972 10:971 4:971 15:847 6:846 5:845 23:967 15:966 25:965 15:844 10:963 10:962 9:961
25:840 22:840 22:840 21:959 9:958 9:842 14:837 17:838 8:951 11:951 3:824 11:948 25:816 14:815 21:942
15:814 17:940 13:939 1:813 5:937 8:936 16:812 15:811 2:811 20:933 16:809 1:809 8:808 20:930 21:929
12:805 24:927 13:927 1:804 20:802 23:924 12:924 16:918 13:916 7:915 7:913 16:911 21:907 12:903
20:902 22:894 5:893 18:889 6:843 11:843 25:887 7:886 4:884 14:877 21:877
"""
PLACES_1 = """
1:70,70 2:70,30 3:90,30 4:90,70 5:30,70 6:10,30 7:50,10 8:50,70 9:90,10 10:50,50 11:50,30 12:30,90
13:90,90 14:10,70 15:10,50 16:30,10 17:10,90 18:70,90 19:70,50 20:10,10 21:70,10 22:50,90 23:30,30
24:30,50 25:90,50
"""
CASES_3 = """
7:1000 3:999 21:999 7:869 12:869 11:867 19:867 22:866 14:993 15:864 5:991 9:990 5:860 20:860 12:860
4:987 5:987 6:986 13:858 15:984 16:983 19:981 8:981 11:980 4:980 2:853 2:978 18:851 2:976 5:850
9:974 14:849 15:849 19:844 23:842 14:967 20:839 21:965 16:837 12:963 7:836 2:961 6:835 18:834 16:958
2:832 14:831 21:955 15:954 10:826 2:824 5:951 1:948 17:818 23:818 5:945 19:945 11:944 13:942 3:814
16:812 23:938 15:810 22:936 7:809 21:809 6:934 22:933 5:933 18:932 8:932 16:808 8:808 20:808 18:808
6:930 2:805 9:803 20:801 4:924 17:922 5:919 4:917 9:916 3:909 9:908 15:907 7:906 13:903 1:903 4:901
3:901 7:899 7:898 8:893 1:888 16:886 17:882 14:877 15:873
"""
PLACES_3 = """
1:70,70 2:70,30 3:90,30 4:90,70 5:30,70 6:10,30 7:50,10 8:50,70 9:50,50 10:90,10 11:50,30 12:30,90
13:90,90 14:10,70 15:10,50 16:10,90 17:70,50 18:10,10 19:70,10 20:50,90 21:30,30 22:30,50 23:90,50
"""


def read(cases: str, places: str) -> tuple[np.ndarray, np.ndarray]:
    where = {name: point.split(",") for name, point in (entry.split(":") for entry in places.split())}
    rows = [entry.split(":") for entry in cases.split()]
    return np.array([where[name] for name, _ in rows], dtype=float), np.array([float(day) for _, day in rows])


def test_satscan_1() -> None:
    xy, days = read(CASES_1, PLACES_1)
    assert len(xy) == 100
    found = space_time_scan(xy, days, period=(0, 1000))
    first, second = found.clusters[:2]
    assert (first.centre, first.radius_m) == ((30, 30), 20)
    assert (first.from_day, first.to_day, first.n, first.places) == (993, 1000, 3, 3)
    assert first.expected == pytest.approx(0.42)
    assert first.llr == pytest.approx(3.352053, abs=5e-7)
    assert (second.centre, second.radius_m) == ((50, 50), 0)
    assert (second.from_day, second.to_day, second.n, second.places) == (962, 1000, 4, 1)
    assert second.expected == pytest.approx(0.96)
    assert second.llr == pytest.approx(2.715606, abs=5e-7)
    # SaTScan stopped after 248 replications: .202 and .581, with standard errors of about .03
    assert first.p == pytest.approx(0.202, abs=0.1)
    assert second.p == pytest.approx(0.581, abs=0.1)


def test_satscan_1_without_a_period_finds_the_same_up_to_its_last_event() -> None:
    found = space_time_scan(*read(CASES_1, PLACES_1), permutations=9)
    assert [(c.from_day, c.to_day, c.n) for c in found.clusters[:2]] == [(993, 995, 3), (962, 995, 4)]
    assert found.clusters[0].llr == pytest.approx(3.352053, abs=5e-7)


def test_satscan_3() -> None:
    xy, days = read(CASES_3, PLACES_3)
    assert len(xy) == 100
    found = space_time_scan(xy, days, period=(0, 1000), max_radius_m=50)
    best = found.clusters[0]
    assert (best.centre, best.radius_m) == ((30, 30), 20)
    assert (best.from_day, best.to_day, best.n, best.places) == (930, 1000, 10, 4)
    assert best.expected == pytest.approx(5.46)
    assert best.llr == pytest.approx(1.622161, abs=5e-7)
    assert best.p > 0.95
