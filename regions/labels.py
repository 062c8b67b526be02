"""What a region is called where it lies: Kec. or Distrik, Desa or Nagari.

Only words that a regional law settles for a whole regency or province are here; everywhere else the Ministry's own
words stand. The label never enters a rule: it is for reading.
"""

import re

_PAPUA = {"91", "92", "93", "94", "95", "96"}
_YOGYAKARTA = "34"
_REGENCY_WORDS = {
    "Kabupaten Administrasi": "Kab. Adm.",
    "Kota Administrasi": "Kota Adm.",
    "Kabupaten": "Kab.",
    "Kota": "Kota",
}
_REGENCY = re.compile("|".join(f"{word} " for word in _REGENCY_WORDS))
_INDIGENOUS = "Desa Adat "  # the class 3xxx carries its label in the Ministry's name

# The word for "desa" by province, and by regency where it differs from its province.
_VILLAGE_BY_PROVINCE = {"11": "Gampong", "13": "Nagari", "34": "Kalurahan"} | dict.fromkeys(_PAPUA, "Kampung")
_VILLAGE_BY_REGENCY = {
    "11.02": "Kute",
    "11.04": "Kampung",
    "11.09": "Desa",
    "11.10": "Kampong",
    "11.13": "Kampung",
    "11.16": "Kampung",
    "11.17": "Kampung",
    "11.75": "Kampong",
    "13.09": "Desa",
    "13.73": "Desa",
    "13.77": "Desa",
    "14.07": "Kepenghuluan",
    "14.08": "Kampung",
    "15.08": "Dusun",
    "18.02": "Kampung",
    "18.04": "Pekon",
    "18.05": "Kampung",
    "18.06": "Pekon",
    "18.08": "Kampung",
    "18.10": "Pekon",
    "18.12": "Tiyuh",
    "18.13": "Pekon",
    "64.03": "Kampung",
    "64.07": "Kampung",
    "64.11": "Kampung",
    "73.18": "Lembang",
    "73.26": "Lembang",
}


def split_label(code: str, official_name: str) -> tuple[str, str]:
    """The label and the bare name of a region: `63.11`, `Kabupaten Balangan` → `Kab.`, `Balangan`."""
    by_depth = (_province, _regency, _district, _village)
    return by_depth[code.count(".")](code, official_name)


def _province(code: str, name: str) -> tuple[str, str]:
    return ("" if name.startswith("Daerah ") else "Prov."), name


def _regency(code: str, name: str) -> tuple[str, str]:
    word = _REGENCY.match(name)
    return (_REGENCY_WORDS[word.group().strip()], name[word.end() :]) if word else ("", name)


def _district(code: str, name: str) -> tuple[str, str]:
    province, regency = code.split(".")[:2]
    if province in _PAPUA:
        return "Distrik", name
    if province == _YOGYAKARTA:
        return ("Kemantren" if int(regency) >= 71 else "Kapanewon"), name
    return "Kec.", name


def _village(code: str, name: str) -> tuple[str, str]:
    kind = code[9]
    if kind == "1":
        return "Kelurahan", name
    word = _VILLAGE_BY_REGENCY.get(code[:5]) or _VILLAGE_BY_PROVINCE.get(code[:2], "Desa")
    return (f"{word} Adat", name.removeprefix(_INDIGENOUS)) if kind == "3" else (word, name)
