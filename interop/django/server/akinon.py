"""Akinon's audit events, and the login of its Omnitron."""

import django_filters.rest_framework as filters
from rest_framework import permissions, serializers, viewsets
from rest_framework.authtoken.models import Token
from rest_framework.authtoken.serializers import AuthTokenSerializer
from rest_framework.filters import OrderingFilter
from rest_framework.response import Response
from rest_framework.views import APIView

from .models import AuditEvent, Person
from .switches import Pagination, unstable


class LimitedPagination(Pagination):
    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 1000


class AuditEventFilter(filters.FilterSet):
    class Meta:
        model = AuditEvent
        fields = {
            "timestamp": ["exact", "gt", "gte", "lt", "lte"],
            "content_type": ["exact"],
            "object_id": ["exact"],
        }

    user = filters.NumberFilter("user__id")


class Sort(OrderingFilter):
    ordering_param = "sort"


class UserSerializer(serializers.ModelSerializer):
    is_active = serializers.BooleanField(default=True)
    is_staff = serializers.BooleanField(default=True)

    class Meta:
        model = Person
        fields = ["id", "email", "first_name", "last_name", "username", "is_active", "is_staff"]


class AuditEventSerializer(serializers.ModelSerializer):
    class Meta:
        model = AuditEvent
        exclude = ["id", "user"]


class ListedAuditEventSerializer(serializers.ModelSerializer):
    user = UserSerializer()

    class Meta:
        model = AuditEvent
        exclude = ["id"]


class AuditEvents(viewsets.ReadOnlyModelViewSet):
    queryset = AuditEvent.objects.select_related("user")
    filterset_class = AuditEventFilter
    filter_backends = [filters.DjangoFilterBackend, Sort]
    ordering = ["-timestamp"]
    ordering_fields = ["timestamp", "uuid", "content_type", "object_id", "remote_addr", "url"]
    pagination_class = LimitedPagination
    permission_classes = [permissions.IsAuthenticated]
    lookup_field = "uuid"

    def get_serializer_class(self):
        return ListedAuditEventSerializer if self.action == "list" else AuditEventSerializer

    def filter_queryset(self, queryset):
        return unstable(self.request, super().filter_queryset(queryset))


class Login(APIView):
    authentication_classes = permission_classes = []

    def post(self, request):
        form = AuthTokenSerializer(data=request.data, context={"request": request})
        form.is_valid(raise_exception=True)
        return Response({"key": Token.objects.get(user=form.validated_data["user"]).key})
