"""Charts in templates: `{% load charts %}{% share_bar data title=… %}`; data are `cms.charts.Datum`."""

from django import template

from cms import charts

register = template.Library()
register.simple_tag(charts.share_bar, name="share_bar")
register.simple_tag(charts.bar_chart, name="bar_chart")
register.simple_tag(charts.line_chart, name="line_chart")
register.simple_tag(charts.share_lines, name="share_lines")
