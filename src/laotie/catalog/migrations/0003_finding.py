import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import laotie.kernel.ids
from laotie.catalog.shelves_of_cn import TREE, id_of
from django.conf import settings
from django.db import migrations, models


def plant(apps, schema_editor):
    Category = apps.get_model("catalog", "Category")
    for at, (slug, zh, en, below) in enumerate(TREE):
        top = Category.objects.create(
            id=id_of(slug), depth=1, slug=slug, name_zh=zh, name_en=en, position=at
        )
        for place, (slug, zh, en) in enumerate(below):
            Category.objects.create(
                id=id_of(slug), parent=top, depth=2, slug=slug, name_zh=zh, name_en=en, position=place
            )


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_histories'),
        ('catalog', '0002_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.UUIDField(default=laotie.kernel.ids.new, editable=False, primary_key=True, serialize=False)),
                ('depth', models.PositiveSmallIntegerField()),
                ('slug', models.CharField(max_length=40, unique=True)),
                ('name_zh', models.CharField(max_length=40)),
                ('name_en', models.CharField(max_length=40)),
                ('position', models.PositiveSmallIntegerField()),
                ('is_open', models.BooleanField(db_default=True, default=True)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.category')),
            ],
        ),
        migrations.AddField(
            model_name='product',
            name='category',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.category'),
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=8)),
                ('name_zh', models.CharField(max_length=60)),
                ('name_en', models.CharField(max_length=60)),
                ('words', django.contrib.postgres.search.SearchVectorField()),
                ('price_fen', models.BigIntegerField(null=True)),
                ('sold', models.PositiveIntegerField(db_default=0, default=0)),
                ('has_stock', models.BooleanField(db_default=False, default=False)),
                ('kept_at', models.DateTimeField()),
                ('shop', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.shop')),
            ],
        ),
        migrations.CreateModel(
            name='ShopFollow',
            fields=[
                ('id', models.UUIDField(default=laotie.kernel.ids.new, editable=False, primary_key=True, serialize=False)),
                ('followed_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.shop')),
            ],
        ),
        migrations.AddConstraint(
            model_name='category',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name_zh', ''), _negated=True), models.Q(('name_en', ''), _negated=True)), name='category_named_in_both_languages'),
        ),
        migrations.AddConstraint(
            model_name='category',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('depth', 1), ('parent__isnull', True)), models.Q(('depth__in', [2, 3]), ('parent__isnull', False)), _connector='OR'), name='category_depth_bounded'),
        ),
        migrations.AddConstraint(
            model_name='category',
            constraint=models.CheckConstraint(condition=models.Q(('parent', models.F('id')), _negated=True), name='category_not_its_own_parent'),
        ),
        migrations.AddIndex(
            model_name='searchentry',
            index=django.contrib.postgres.indexes.GinIndex(fields=['words'], name='search_words'),
        ),
        migrations.AddIndex(
            model_name='searchentry',
            index=models.Index(fields=['kind', 'sold', 'id'], name='search_by_sales'),
        ),
        migrations.AddIndex(
            model_name='searchentry',
            index=models.Index(fields=['kind', 'price_fen', 'id'], name='search_by_price'),
        ),
        migrations.AddConstraint(
            model_name='searchentry',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['PRODUCT', 'SHOP', 'CREATOR'])), name='search_entry_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='searchentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'PRODUCT'), ('shop__isnull', False), ('price_fen__isnull', False)), models.Q(('kind', 'SHOP'), ('price_fen__isnull', True), ('shop', models.F('id'))), models.Q(('kind', 'CREATOR'), ('price_fen__isnull', True), ('shop__isnull', True)), _connector='OR'), name='search_entry_has_its_parts'),
        ),
        migrations.AddConstraint(
            model_name='shopfollow',
            constraint=models.UniqueConstraint(fields=('person', 'shop'), name='shop_follow_once'),
        ),
        migrations.RunPython(plant, migrations.RunPython.noop, hints={"expands": True}),
    ]
