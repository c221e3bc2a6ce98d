"""The report of a check of the warehouse: facts with the queries they come from, as page, JSON, picture and mail.

``queries`` are the statements, ``facts`` their rows as types, ``document`` the report; ``charts`` draws for the page,
``picture`` for the mail, ``html`` renders both, ``files`` writes what stays on the lake.
"""
