"""Plants the front page and `/tentang/` where Wagtail puts its welcome page."""

from django.conf import settings
from django.db import migrations

HEADLINE = "Belajar jadi Linmas yang sigap, dari HP Anda"
INTRODUCTION = (
    "Kursus singkat untuk anggota Pelindungan Masyarakat: baca materi, kerjakan kuis, dan terima sertifikat yang bisa "
    "diperiksa keasliannya. Aparat desa dan kecamatan melihat siapa yang sudah memenuhi pelatihan."
)
ABOUT_INTRODUCTION = "Apa itu Akademi Linmas, siapa yang melihat data Anda, dan hak Anda atas data itu."
ABOUT_BODY = """
<h2>Untuk apa Akademi Linmas</h2>
<p>Akademi Linmas adalah tempat belajar bagi anggota Satuan Pelindungan Masyarakat (Satlinmas). Anggota mendaftar, diverifikasi
oleh desanya, mengikuti kursus, mengerjakan kuis, dan menerima sertifikat. Desa, kecamatan, dan kabupaten memantau apakah
setiap anggota sudah memenuhi pelatihan pada tiap semester dan membaca laporan kegiatan dari lapangan.</p>
<p>Akademi Linmas tidak menggantikan data keanggotaan resmi maupun kartu tanda anggota dari Kementerian Dalam Negeri.</p>
<h2>Cara kerjanya</h2>
<ol>
<li>Daftar dengan nama, NIK, nomor HP, dan desa Anda.</li>
<li>Aparat desa memeriksa pendaftaran dan mengaktifkan keanggotaan Anda.</li>
<li>Pelajari materi kursus kapan saja, lalu kerjakan kuis akhirnya.</li>
<li>Lulus? Pelatihan tercatat dan sertifikat terbit. Siapa pun dapat memeriksa keasliannya dengan kode QR.</li>
</ol>
<h2>Siapa yang melihat data Anda</h2>
<ul>
<li><b>Anda sendiri</b> melihat semua data, nilai, dan sertifikat Anda.</li>
<li><b>Aparat desa</b> melihat anggota desanya saja; <b>petugas kecamatan, kabupaten, dan provinsi</b> melihat wilayahnya saja.</li>
<li><b>Pelatih</b> mengelola kursus dan soal, bukan data kependudukan Anda.</li>
<li><b>Siapa pun yang memegang kode sertifikat Anda</b> hanya melihat apa yang tercetak di sertifikat itu: tidak ada NIK,
nomor HP, atau tanggal lahir.</li>
</ul>
<p>NIK disimpan terenkripsi dan ditampilkan tersamar di setiap layar.</p>
<h2>Data pribadi dan hak Anda</h2>
<p>Data dipakai untuk tugas pembinaan Linmas, sesuai Undang-Undang Nomor 27 Tahun 2022 tentang Pelindungan Data Pribadi.
Menerima pesan WhatsApp dan memuat foto hanya dengan persetujuan Anda, dan persetujuan itu dapat ditarik kapan saja.
Anda berhak melihat, menyalin, memperbaiki, dan meminta penghapusan data Anda lewat halaman akun atau aparat desa;
permintaan perbaikan dan penarikan persetujuan dijawab paling lambat 3 × 24 jam.</p>
"""


def plant(apps, schema_editor):
    content_type = apps.get_model("contenttypes.ContentType")
    page = apps.get_model("wagtailcore.Page")
    site = apps.get_model("wagtailcore.Site")
    locale, _ = apps.get_model("wagtailcore.Locale").objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    kind = {
        name: content_type.objects.get_or_create(app_label="cms", model=name)[0] for name in ("homepage", "infopage")
    }

    page.objects.filter(
        depth=2, slug="home", content_type__app_label="wagtailcore", content_type__model="page"
    ).delete()
    home = apps.get_model("cms.HomePage").objects.create(
        title="Akademi Linmas",
        draft_title="Akademi Linmas",
        slug="home",
        content_type=kind["homepage"],
        locale=locale,
        path="00010001",
        depth=2,
        numchild=1,
        url_path="/home/",
        headline=HEADLINE,
        introduction=INTRODUCTION,
        search_description="Pelatihan Pelindungan Masyarakat: kursus, kuis, sertifikat, dan laporan dari desa.",
    )
    apps.get_model("cms.InfoPage").objects.create(
        title="Tentang Akademi Linmas",
        draft_title="Tentang Akademi Linmas",
        slug="tentang",
        content_type=kind["infopage"],
        locale=locale,
        path="000100010001",
        depth=3,
        numchild=0,
        url_path="/home/tentang/",
        introduction=ABOUT_INTRODUCTION,
        body=ABOUT_BODY.strip(),
    )
    page.objects.filter(path="0001").update(numchild=1)
    site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "port": 80, "root_page_id": home.pk, "site_name": "Akademi Linmas"},
    )


class Migration(migrations.Migration):
    dependencies = [("cms", "0001_initial"), ("contenttypes", "0002_remove_content_type_name")]

    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
