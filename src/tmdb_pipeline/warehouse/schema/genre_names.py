"""The genres of movies with their Korean and English names. Source: TMDB ``/genre/movie/list`` in ko-KR and en-US."""

GENRE_NAMES = (
    (12, "모험", "Adventure"),
    (14, "판타지", "Fantasy"),
    (16, "애니메이션", "Animation"),
    (18, "드라마", "Drama"),
    (27, "공포", "Horror"),
    (28, "액션", "Action"),
    (35, "코미디", "Comedy"),
    (36, "역사", "History"),
    (37, "서부", "Western"),
    (53, "스릴러", "Thriller"),
    (80, "범죄", "Crime"),
    (99, "다큐멘터리", "Documentary"),
    (878, "SF", "Science Fiction"),
    (9648, "미스터리", "Mystery"),
    (10402, "음악", "Music"),
    (10749, "로맨스", "Romance"),
    (10751, "가족", "Family"),
    (10752, "전쟁", "War"),
    (10770, "TV 영화", "TV Movie"),
)
