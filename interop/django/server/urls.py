from django.urls import include, path
from rest_framework.routers import SimpleRouter

from . import akinon, waldur

waldur_router = SimpleRouter()
waldur_router.register("data-access-logs", waldur.DataAccessLogs)
akinon_router = SimpleRouter()
akinon_router.register("audit-events", akinon.AuditEvents)

urlpatterns = [
    path("api/", include(waldur_router.urls)),
    path("api-auth/password/", waldur.Login.as_view()),
    path("api/v1/remote/1/data-warehouse/", include(akinon_router.urls)),
    path("api/v1/auth/login/", akinon.Login.as_view()),
]
