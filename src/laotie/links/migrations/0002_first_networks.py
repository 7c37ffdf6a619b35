"""Rules are kept as they were made, and the networks that every shop in China knows are known."""

from datetime import UTC, datetime

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from laotie.kernel import sql

_SINCE = datetime(2022, 2, 22, tzinfo=UTC)
_NETWORKS = [
    ("taobao", "淘宝联盟", "Taobao Alliance", ("taobao.com", "tmall.com", "tmall.hk", "tb.cn")),
    ("jd", "京东联盟", "JD Alliance", ("jd.com", "jd.hk", "3.cn")),
    ("pinduoduo", "多多进宝", "Pinduoduo Jinbao", ("pinduoduo.com", "yangkeduo.com")),
    ("vipshop", "唯品会联盟", "Vipshop Alliance", ("vip.com",)),
    ("suning", "苏宁推客", "Suning Tuike", ("suning.com",)),
]


def add(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    network = apps.get_model("links", "Network")
    domain = apps.get_model("links", "NetworkDomain")
    for code, name_zh, name_en, domains in _NETWORKS:
        row = network.objects.create(code=code, name_zh=name_zh, name_en=name_en, made_at=_SINCE)
        domain.objects.bulk_create([domain(domain=each, network=row) for each in domains])


class Migration(migrations.Migration):
    dependencies = [("links", "0001_initial")]
    operations = [
        migrations.RunSQL(
            sql.text("links", "keep_rules"), migrations.RunSQL.noop, hints={"expands": True}
        ),
        migrations.RunPython(add, migrations.RunPython.noop, hints={"expands": True}),
    ]
