from django.db import models


class Person(models.Model):
    uuid = models.UUIDField(unique=True)
    username = models.CharField(max_length=128)
    first_name = models.CharField(max_length=128)
    last_name = models.CharField(max_length=128)
    email = models.EmailField()

    class Meta:
        db_table = "person"

    @property
    def full_name(self):
        return f"{self.first_name} {self.last_name}".strip()


class DataAccessLog(models.Model):
    class AccessorType(models.TextChoices):
        STAFF = "staff"
        SUPPORT = "support"
        ORGANIZATION_MEMBER = "organization_member"
        SERVICE_PROVIDER = "service_provider"
        SELF = "self"

    uuid = models.UUIDField(unique=True)
    timestamp = models.DateTimeField(db_index=True)
    user = models.ForeignKey(Person, models.CASCADE, related_name="+")
    accessor = models.ForeignKey(Person, models.SET_NULL, related_name="+", null=True)
    accessor_type = models.CharField(max_length=30, choices=AccessorType.choices)
    accessed_fields = models.JSONField(default=list)
    ip_address = models.GenericIPAddressField(null=True)
    context = models.JSONField(default=dict)

    class Meta:
        db_table = "data_access_log"


class AuditEvent(models.Model):
    uuid = models.UUIDField(unique=True)
    timestamp = models.DateTimeField(db_index=True)
    user = models.ForeignKey(Person, models.SET_NULL, related_name="+", null=True)
    content_type = models.IntegerField()
    object_id = models.IntegerField(null=True)
    url = models.URLField(max_length=1000, null=True)
    remote_addr = models.CharField(max_length=255, null=True)
    headers = models.JSONField(null=True)
    query_params = models.JSONField(null=True)
    post_data = models.JSONField(null=True)
    content = models.JSONField(null=True)

    class Meta:
        db_table = "audit_event"
