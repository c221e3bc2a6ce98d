"""The certifications of movies, by country (ISO 3166-1): the steps of each board from the mildest on."""

from __future__ import annotations

_LADDERS = (
    "DE 0,6,12,16,18|GB U,PG,12A,15,18|KR All,12,15,19|US G,PG,PG-13,R,NC-17|"
    "AU G,PG,M,MA 15+,R 18+,X 18+|BE AL,6,9,12,14,16,18|BG A,B,C,D,X|BR L,10,12,14,16,18|CA G,PG,14A,18A,R,A|"
    "CH 0,6,8,10,12,14,16,18|CZ U,12+,15+,18+|DK A,7,11,15|EE PERE,L,MS-6,MS-12,K-12,K-14,K-16|ES A,7,12,16,18,X|"
    "FI S,K-7,K-12,K-16,K-18|FR U,10,12,16,18|GR K,K-12,K-15,K-18|HK I,IIA,IIB,III|HU KN,6,12,16,18,X|"
    "ID SU,13+,17+,21+|IE G,PG,12A,15A,16,18|IN U,UA,A,S|IS L,6,9,12,14,16,18|IT T,6+,14+,18+|JP G,PG12,R15+,R18+|"
    "LT V,N-7,N-13,N-16,N-18|LV U,7+,12+,16+,18+|MX AA,A,B,B-15,C,D|MY U,P12,13,16,18|NL AL,6,9,12,14,16,18|"
    "NO A,6,9,12,15,18|NZ G,PG,M,R13,RP13,R15,R16,RP16,R18,R|PH G,PG,R-13,R-16,R-18,X|PT M/3,M/6,M/12,M/14,M/16,M/18|"
    "RO AG,AP-12,15,18,18*|RU 0+,6+,12+,16+,18+|SE Btl,7,11,15|SG G,PG,PG13,NC16,M18,R21|SK U,7,12,15,18|"
    "TH P,G,13+,15+,18+,20-|TR 6+,10+,13+,16+,18+|TW 0+,6+,12+,15+,18+|UA 0+,12+,16+,18+|ZA A,PG,13,16,18,X18"
)

CERTIFICATIONS: dict[str, tuple[str, ...]] = {entry[:2]: tuple(entry[3:].split(",")) for entry in _LADDERS.split("|")}

# The countries that count where a query bounds a release date without naming a region. All would be a column each.
MAIN_COUNTRIES = ("DE", "GB", "KR", "US")
