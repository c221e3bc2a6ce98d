"""What TMDB knows beside movies: genres, languages, countries, certifications, time zones."""
