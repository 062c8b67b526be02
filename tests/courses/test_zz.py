from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.test import Client
def test_q(cast, course, lessons):
    c=Client(); c.force_login(cast.member.user)
    for u in (lessons[0].url, course.url, "/kursus/", "/belajar/"):
        c.get(u)
        with CaptureQueriesContext(connection) as q: c.get(u)
        print("\n##",u,len(q))
        for x in q.captured_queries:
            s=x["sql"]; i=s.find("FROM"); print("  ", s[:30], "...", s[i:i+150], "..W", s[s.find("WHERE"):][:130] if "WHERE" in s else "")
