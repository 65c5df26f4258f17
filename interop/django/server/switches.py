"""What a test can ask of the server by headers, beyond what the APIs have.

X-Max-Page-Size  the largest page
X-After-Count    an address that is called between counting the rows and reading them
X-Unstable       rows of equal rank come in another order on every request
X-Time-Zone      the time zone of the server
"""

from functools import partial
from urllib.request import urlopen

from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.functional import cached_property
from rest_framework.pagination import PageNumberPagination


def time_zone(get_response):
    def middleware(request):
        with timezone.override(request.headers.get("X-Time-Zone", "UTC")):
            return get_response(request)

    return middleware


def unstable(request, rows):
    if "X-Unstable" in request.headers:
        return rows.order_by(*rows.query.order_by, "?")
    return rows


class InterruptedPaginator(Paginator):
    def __init__(self, *args, interruption=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.interruption = interruption

    @cached_property
    def count(self):
        count = super().count
        if self.interruption:
            urlopen(self.interruption).close()
        return count


class Pagination(PageNumberPagination):
    page_size = 10

    def paginate_queryset(self, queryset, request, view=None):
        self.max_page_size = int(request.headers.get("X-Max-Page-Size", self.max_page_size))
        self.django_paginator_class = partial(
            InterruptedPaginator, interruption=request.headers.get("X-After-Count")
        )
        return super().paginate_queryset(queryset, request, view)
