"""The genres and their names, in the order in which TMDB lists them (alphabetical in English)."""

# ruff: noqa: E501 - Hangul counts twice; a pair in one line reads better than a short line
from __future__ import annotations

GENRE_IDS: tuple[int, ...] = (
    28, 12, 16, 35, 80, 99, 18, 10751, 14, 36, 27, 10402, 9648, 10749, 878, 10770, 53, 10752, 37,
)  # fmt: skip

# How often a genre is drawn first, of 256; drama and comedy lead as they do at TMDB.
GENRE_WEIGHTS: tuple[int, ...] = (16, 10, 12, 34, 10, 22, 50, 10, 7, 6, 16, 7, 8, 14, 8, 5, 14, 4, 3)

_NAMES: dict[str, str] = {
    "en": "Action|Adventure|Animation|Comedy|Crime|Documentary|Drama|Family|Fantasy|History|Horror|Music|Mystery|"
    "Romance|Science Fiction|TV Movie|Thriller|War|Western",
    "ko": "액션|모험|애니메이션|코미디|범죄|다큐멘터리|드라마|가족|판타지|역사|공포|음악|미스터리|로맨스|SF|TV 영화|스릴러|전쟁|서부",
    "ja": "アクション|アドベンチャー|アニメーション|コメディ|犯罪|ドキュメンタリー|ドラマ|ファミリー|ファンタジー|履歴|ホラー|音楽|謎|"
    "ロマンス|サイエンスフィクション|テレビ映画|スリラー|戦争|西洋",
    "de": "Action|Abenteuer|Animation|Komödie|Krimi|Dokumentarfilm|Drama|Familie|Fantasy|Historie|Horror|Musik|Mystery|"
    "Liebesfilm|Science Fiction|TV-Film|Thriller|Kriegsfilm|Western",
    "fr": "Action|Aventure|Animation|Comédie|Crime|Documentaire|Drame|Familial|Fantastique|Histoire|Horreur|Musique|"
    "Mystère|Romance|Science-Fiction|Téléfilm|Thriller|Guerre|Western",
    "es": "Acción|Aventura|Animación|Comedia|Crimen|Documental|Drama|Familia|Fantasía|Historia|Terror|Música|Misterio|"
    "Romance|Ciencia ficción|Película de TV|Suspense|Bélica|Western",
    # Danish is incomplete at TMDB, and one of its names ends with a blank.
    "da": "Action|Eventyr|Animation|Komedie|Kriminalitet|Dokumentar|Drama|Familie|Fantasy|Historie |Gyser|Musik|Mysterium|"
    "Romantik|Sci-fi|TV film|Thriller|Krig|Western",
}  # fmt: skip

GENRE_NAMES: dict[str, tuple[str, ...]] = {code: tuple(names.split("|")) for code, names in _NAMES.items()}

TV_GENRES = {
    10759: "Action & Adventure", 16: "Animation", 35: "Comedy", 80: "Crime", 99: "Documentary", 18: "Drama",
    10751: "Family", 10762: "Kids", 9648: "Mystery", 10763: "News", 10764: "Reality", 10765: "Sci-Fi & Fantasy",
    10766: "Soap", 10767: "Talk", 10768: "War & Politics", 37: "Western",
}  # fmt: skip


def genre_names(language: str) -> dict[int, str]:
    """Return id to name in a language such as `ko-KR`; English where the language is not known."""
    names = GENRE_NAMES.get(language.partition("-")[0], GENRE_NAMES["en"])
    return dict(zip(GENRE_IDS, names, strict=True))
