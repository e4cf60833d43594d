"""In which CRS, order and unit the numbers of a file are: named by the sender, said by the file, or found.

What the file says is checked against its numbers and the known wards. A label is overruled only where it
cannot be so; where the evidence is divided, the sender is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pyproj import CRS

from geo.domain.crs import STORAGE_CRS, VIETNAM, parse_crs
from geo.domain.errors import InputError
from geo.domain.kinds import Kind
from geo.intake import zones
from geo.intake.drafts import Draft
from geo.intake.headers import header_key
from geo.intake.report import CrsFact, Note, Reason
from geo.intake.zones import Reading

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

# So many rows in a hundred may be no degrees and be left out; more, and the numbers are not degrees.
_STRAY_SHARE = 0.05
# A label is overruled where it puts no more than the first share of the places into the known wards and
# another system at least the second, and there are so many; else the sender is asked.
_LABEL_FAILS, _OTHER_HOLDS, _FEWEST_PLACES = 0.05, 0.95, 5
# Fewer places than this in the known wards are worth a word, though nothing speaks for another system.
_FEW_INSIDE = 0.5


@dataclass(frozen=True)
class Numbers:
    """What is known of the coordinates of a file before their CRS is.

    x, y : (n,) finite: the places of the rows that have one, or the corners of their shapes
    names : what the file calls the two
    own : the CRS that the file says; None for none
    assumed : whether degrees in their range may be taken for EPSG:4326 (lon and lat in columns, WKT)
    """

    x: Floats
    y: Floats
    names: tuple[str, str] = ("X", "Y")
    own: CRS | None = None
    assumed: bool = False

    @property
    def edges(self) -> dict[str, str]:
        """Names and ranges, as parameters of a sentence."""
        pairs = zip(("west", "east", "south", "north"), (self.x, self.x, self.y, self.y), strict=True)
        ends = {
            name: f"{(np.min if name in {'west', 'south'} else np.max)(numbers):.4f}" if len(numbers) else "-"
            for name, numbers in pairs
        }
        return {"x": self.names[0], "y": self.names[1], **ends}


def understand(draft: Draft, numbers: Numbers) -> tuple[Reading, CrsFact]:
    """Return how `numbers` are to be read, and the evidence; what was overruled or turned is told.

    Raises WrongCrsError ``unknown_crs``; InputError ``missing_crs``, ``coordinates_not_degrees``,
    ``crs_not_found``, ``crs_ambiguous``, ``label_not_degrees``, ``crs_label_doubtful``,
    ``crs_datum_doubtful``, ``degrees_not_metres``.
    """
    if draft.options.crs is not None:
        crs = parse_crs(draft.options.crs)
        own = crs_code(numbers.own) if numbers.own is not None else "-"
        return _as_said(draft, numbers, crs, Reason("crs_named", {"crs": crs_code(crs), "own": own}))
    # A local system ("Undefined Cartesian") says as little as none.
    if numbers.own is None or not (numbers.own.is_geographic or numbers.own.is_projected):
        return _unlabelled(draft, numbers)
    if numbers.own.is_geographic:
        return _labelled_degrees(draft, numbers, numbers.own)
    return _labelled_plane(draft, numbers, numbers.own)


def crs_code(crs: CRS) -> str:
    """Return ``"EPSG:n"`` where it can be known, else the name.

    A Shapefile's .prj has no code; its "WGS84(DD)" is WGS 84 under a name that EPSG does not list.
    """
    code = crs.to_epsg() or crs.to_epsg(min_confidence=20)
    if code is not None and not _same_datum(crs, CRS.from_epsg(code)):
        code = None
    if code is None and crs.is_geographic and header_key(crs.name).startswith("wgs84"):
        return STORAGE_CRS
    return f"EPSG:{code}" if code else str(crs.name)


def outside_earth(lon: Floats, lat: Floats) -> Mask:
    """Mask of places that are no degrees on earth; NaN is none."""
    return (np.abs(lon) > 180) | (np.abs(lat) > 90)


def turned_in_vietnam(lon: Floats, lat: Floats) -> Mask:
    """Mask of latitudes of Vietnam where the longitude should be, and the reverse: no place but there."""
    west, south, east, north = VIETNAM
    return (lon >= south) & (lon <= north) & (lat >= west) & (lat <= east)


def _as_said(draft: Draft, numbers: Numbers, crs: CRS, evidence: Reason) -> tuple[Reading, CrsFact]:
    """`crs` in the order and unit that put the numbers where it is used."""
    _check_unit(crs, numbers)
    reading = zones.oriented(crs, numbers.x, numbers.y)
    if not reading.as_it_stands:
        _tell(draft, "coordinates_reordered", {**numbers.edges, **reading.words, "crs": crs_code(crs)})
    return reading, CrsFact(crs_code(crs), evidence)


def _unlabelled(draft: Draft, numbers: Numbers) -> tuple[Reading, CrsFact]:
    reading, wards = _degrees(draft, numbers), draft.options.wards
    if reading is None:
        if not len(wards):
            _ask_for_crs(draft, numbers)
        fit = _clear(draft, zones.fits(numbers.x, numbers.y, wards))
        return fit.reading, _found(fit, "-")
    known = len(wards) and zones.share_inside(reading, numbers.x, numbers.y, wards) >= zones.INSIDE
    if not numbers.assumed and not known:
        _ask_for_crs(draft, numbers)
    return reading, _degrees_fact(reading, numbers, STORAGE_CRS)


def _ask_for_crs(draft: Draft, numbers: Numbers) -> None:
    if numbers.assumed:
        raise InputError("coordinates_not_degrees", **numbers.edges)
    raise InputError("missing_crs", what=draft.kind.value)


def _labelled_degrees(draft: Draft, numbers: Numbers, own: CRS) -> tuple[Reading, CrsFact]:
    reading = _degrees(draft, numbers)
    if reading is not None:
        code = crs_code(own)
        evidence = _degrees_fact(reading, numbers, code) if reading.swapped else _of_file(own)
        return Reading(own, swapped=reading.swapped), evidence
    if not len(draft.options.wards):
        raise InputError("label_not_degrees", own=crs_code(own), **numbers.edges)
    fit = _clear(draft, zones.fits(numbers.x, numbers.y, draft.options.wards))
    return _overruled(draft, fit, own, 0.0)


def _labelled_plane(draft: Draft, numbers: Numbers, own: CRS) -> tuple[Reading, CrsFact]:
    _check_datum(own)
    _check_unit(own, numbers)
    said, wards = zones.oriented(own, numbers.x, numbers.y), draft.options.wards
    if len(wards) and len(numbers.x):
        share = zones.share_inside(said, numbers.x, numbers.y, wards)
        # Above this no other system can lead by enough.
        found = zones.fits(numbers.x, numbers.y, wards) if share < 1 - zones.LEAD else []
        if found and found[0].share >= max(zones.INSIDE, share + zones.LEAD):
            best, alone = found[0], len(zones.close(found)) == 1
            clear = share <= _LABEL_FAILS and best.share >= _OTHER_HOLDS and alone
            clear &= len(numbers.x) >= _FEWEST_PLACES
            # New wards lie beside those that are known: of them, being elsewhere says nothing.
            if clear and draft.kind is not Kind.WARDS:
                return _overruled(draft, best, own, share)
            others = "; ".join(fit.words for fit in zones.rivals(found))
            raise InputError(
                "crs_label_doubtful",
                own=crs_code(own),
                own_name=own.name,
                own_share=f"{share:.0%}",
                others=others,
            )
        if share < _FEW_INSIDE and draft.kind is not Kind.WARDS:
            told = {"own": crs_code(own), "own_name": own.name, "own_share": f"{share:.0%}"}
            _tell(draft, "crs_label_unsupported", told)
    return _as_said(draft, numbers, own, _of_file(own).evidence)


def _check_datum(own: CRS) -> None:
    """Refuse the projection of a VN-2000 zone on another datum: a .prj put together by hand, 230 m off."""
    near = own.to_epsg(min_confidence=20)
    if near is None or near not in zones.TM3_ZONES or _same_datum(own, CRS.from_epsg(near)):
        return
    datum = own.datum.name if own.datum is not None else "-"
    raise InputError("crs_datum_doubtful", own=own.name, datum=datum, crs=f"EPSG:{near}")


def _same_datum(one: CRS, other: CRS) -> bool:
    names = [header_key(crs.datum.name) if crs.datum is not None else "" for crs in (one, other)]
    # "World Geodetic System 1984", and "World Geodetic System 1984 ensemble".
    return names[0].startswith(names[1]) or names[1].startswith(names[0])


def _overruled(draft: Draft, fit: zones.Fit, own: CRS, share: float) -> tuple[Reading, CrsFact]:
    evidence = {"own": crs_code(own), "own_name": own.name, "own_share": f"{share:.0%}"}
    found = {"crs": fit.code, "name": fit.reading.crs.name, "share": f"{fit.share:.0%}"}
    _tell(draft, "crs_label_overruled", {**evidence, **found})
    return fit.reading, _found(fit, crs_code(own))


def _found(fit: zones.Fit, own: str) -> CrsFact:
    """The CRS that the wards show, with what the file itself says of it (`own`)."""
    words = {"crs": fit.code, "share": f"{fit.share:.0%}", "own": own, **fit.reading.words}
    return CrsFact(fit.code, Reason("crs_found", words))


def _clear(draft: Draft, found: list[zones.Fit]) -> zones.Fit:
    """The one system that the wards show; one that comes near it is told."""
    best, others = zones.clear(found), zones.close(found)[1:]
    if others:
        told = {"crs": best.code, "out": str(best.out), "tried": str(best.tried)}
        _tell(draft, "crs_by_the_edge", {**told, "others": "; ".join(f"{f.words} ({f.out})" for f in others)})
    return best


def _check_unit(crs: CRS, numbers: Numbers) -> None:
    """Refuse degrees for a CRS in metres, in which they would all lie within a house at its origin."""
    if not crs.is_projected or not len(numbers.x):
        return
    small = np.maximum(np.abs(numbers.x), np.abs(numbers.y)) <= 180
    if small.mean() >= 1 - _STRAY_SHARE:
        raise InputError("degrees_not_metres", own=crs_code(crs), own_name=crs.name, **numbers.edges)


def _degrees(draft: Draft, numbers: Numbers) -> Reading | None:
    """Numbers as degrees, as they stand or swapped; None where they are none."""
    x, y, wards = numbers.x, numbers.y, draft.options.wards
    straight, turned = (Reading(parse_crs(STORAGE_CRS), swapped=swapped) for swapped in (False, True))
    if not len(x):
        return straight
    single = turned_in_vietnam(x, y)
    if (outside_earth(x, y) & ~single).mean() <= _STRAY_SHARE and single.mean() < 1 - _STRAY_SHARE:
        # Beyond Vietnam both orders can be degrees; only the wards tell.
        elsewhere = len(wards) > 0 and not outside_earth(y, x).any() and _is_turned_into(wards, x, y)
        return turned if elsewhere else straight
    return turned if outside_earth(y, x).mean() <= _STRAY_SHARE else None


def _is_turned_into(wards: Sequence[object], x: Floats, y: Floats) -> bool:
    degrees = parse_crs(STORAGE_CRS)
    straight, turned = (zones.share_inside(Reading(degrees, way), x, y, wards) for way in (False, True))
    return straight <= _LABEL_FAILS and turned >= _OTHER_HOLDS


def _degrees_fact(reading: Reading, numbers: Numbers, code: str) -> CrsFact:
    how = "crs_swapped_degrees" if reading.swapped else "crs_assumed_degrees"
    return CrsFact(code, Reason(how, numbers.edges))


def _of_file(own: CRS) -> CrsFact:
    return CrsFact(crs_code(own), Reason("crs_of_file", {"crs": crs_code(own), "name": own.name}))


def _tell(draft: Draft, code: str, params: dict[str, str]) -> None:
    """Tell of the file as a whole."""
    draft.source = draft.source.telling(Note(0, Reason(code, params)))
