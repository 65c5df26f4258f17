"""Waldur's data access logs, and its login."""

import django_filters
from django.contrib.auth import authenticate
from django.db.models import Q
from rest_framework import mixins, permissions, serializers, viewsets
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from .models import DataAccessLog, Person
from .switches import Pagination, unstable


class LinkHeaderPagination(Pagination):
    page_size_query_param = "page_size"
    max_page_size = 300

    def get_paginated_response(self, data):
        here = self.request.build_absolute_uri()
        pages = self.page.paginator.num_pages
        links = [
            ("first", remove_query_param(here, self.page_query_param)),
            ("prev", self.get_previous_link()),
            ("next", self.get_next_link()),
            ("last", replace_query_param(here, self.page_query_param, pages)),
        ]
        return Response(
            data,
            headers={
                "X-Result-Count": self.page.paginator.count,
                "Link": ", ".join(f'<{url}>; rel="{name}"' for name, url in links if url),
            },
        )


class DataAccessLogFilter(django_filters.FilterSet):
    start_date = django_filters.DateFilter("timestamp", "date__gte")
    end_date = django_filters.DateFilter("timestamp", "date__lte")
    accessor_type = django_filters.ChoiceFilter(choices=DataAccessLog.AccessorType.choices)
    user_uuid = django_filters.UUIDFilter("user__uuid")
    accessor_uuid = django_filters.UUIDFilter("accessor__uuid")
    query = django_filters.CharFilter(method="mentions")
    o = django_filters.OrderingFilter(
        fields={
            "timestamp": "timestamp",
            "accessor_type": "accessor_type",
            "user__username": "user_username",
            "accessor__username": "accessor_username",
        }
    )

    def mentions(self, rows, name, value):
        found = Q()
        for person in ("user", "accessor"):
            for field in ("username", "first_name", "last_name", "email"):
                found |= Q(**{f"{person}__{field}__icontains": value})
        return rows.filter(found)


class PersonSerializer(serializers.ModelSerializer):
    uuid = serializers.UUIDField(format="hex")

    class Meta:
        model = Person
        fields = ["uuid", "username", "full_name"]


class DataAccessLogSerializer(serializers.ModelSerializer):
    uuid = serializers.UUIDField(format="hex")
    user = PersonSerializer()
    accessor = PersonSerializer()

    class Meta:
        model = DataAccessLog
        exclude = ["id"]


class StaffDeletes(permissions.IsAdminUser):
    """Support may look; in this project that is everybody whose name begins with it."""

    def has_permission(self, request, view):
        support = request.user.username.startswith("support") and request.method in permissions.SAFE_METHODS
        return support or super().has_permission(request, view)


class DataAccessLogs(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.DestroyModelMixin, viewsets.GenericViewSet
):
    queryset = DataAccessLog.objects.select_related("user", "accessor").order_by("-timestamp")
    serializer_class = DataAccessLogSerializer
    filterset_class = DataAccessLogFilter
    pagination_class = LinkHeaderPagination
    permission_classes = [StaffDeletes]
    lookup_field = "uuid"

    def filter_queryset(self, queryset):
        return unstable(self.request, super().filter_queryset(queryset))


class Credentials(serializers.Serializer):
    username = serializers.CharField()
    password = serializers.CharField()


class Login(APIView):
    authentication_classes = permission_classes = []

    def post(self, request):
        form = Credentials(data=request.data)
        form.is_valid(raise_exception=True)
        user = authenticate(request, **form.validated_data)
        if user is None:
            raise AuthenticationFailed("Invalid username/password.")
        return Response({"token": Token.objects.get(user=user).key})

    def get_authenticate_header(self, request):
        return "Token"  # without one, the framework turns a 401 into a 403
