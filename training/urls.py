"""Addresses of the room."""

from django.urls import URLPattern, URLResolver, path

from training import (
    evidence_views,
    exemption_asking,
    exemption_views,
    extension_views,
    import_views,
    letter_views,
    policy_views,
    reversal_views,
)

app_name = "training"
urlpatterns: list[URLPattern | URLResolver] = [
    path("kebijakan/", policy_views.policies, name="policies"),
    path("kebijakan/baru/", policy_views.new, name="policy_new"),
    path("kebijakan/<int:pk>/", policy_views.edit, name="policy"),
    path("kebijakan/<int:pk>/cabut/", policy_views.withdraw, name="policy_withdraw"),
    path("pelatihan-luar/", evidence_views.evidence_list, name="evidence_list"),
    path("pelatihan-luar/baru/", evidence_views.new, name="evidence_new"),
    path("pelatihan-luar/setujui/", evidence_views.approve_chosen, name="evidence_approve_chosen"),
    path("pelatihan-luar/impor/", import_views.import_page, name="evidence_import"),
    path("pelatihan-luar/impor/simpan/", import_views.save_import, name="evidence_import_save"),
    path("pelatihan-luar/impor/contoh.xlsx", import_views.example, name="evidence_example"),
    path("pelatihan-luar/<uuid:uuid>/", evidence_views.detail, name="evidence"),
    path("pelatihan-luar/<uuid:uuid>/berkas/", evidence_views.file, name="evidence_file"),
    path("pelatihan-luar/<uuid:uuid>/setujui/", evidence_views.approve, name="evidence_approve"),
    path("pelatihan-luar/<uuid:uuid>/tolak/", evidence_views.refuse, name="evidence_refuse"),
    path("dispensasi/", exemption_views.exemption_list, name="exemptions"),
    path("dispensasi/unduh.csv", exemption_views.exemptions_csv, name="exemptions_csv"),
    path("dispensasi/unduh.xlsx", exemption_views.exemptions_xlsx, name="exemptions_xlsx"),
    path("dispensasi/baru/", exemption_asking.exemption_new, name="exemption_new"),
    path("dispensasi/setujui/", exemption_views.exemption_grant_chosen, name="exemption_grant_chosen"),
    path("dispensasi/<uuid:uuid>/", exemption_views.exemption_detail, name="exemption"),
    path("dispensasi/<uuid:uuid>/setujui/", exemption_views.exemption_grant, name="exemption_grant"),
    path("dispensasi/<uuid:uuid>/tolak/", exemption_views.exemption_refuse, name="exemption_refuse"),
    path("dispensasi/<uuid:uuid>/cabut/", exemption_views.exemption_withdraw, name="exemption_withdraw"),
    path("dispensasi/<uuid:uuid>/surat/", letter_views.attach, name="exemption_attach"),
    path("dispensasi/<uuid:uuid>/surat/buka/", letter_views.look, name="exemption_letter"),
    path("perpanjangan/", extension_views.extensions, name="extensions"),
    path("perpanjangan/<uuid:uuid>/", extension_views.extension_detail, name="extension"),
    path("perpanjangan/<uuid:uuid>/setujui/", extension_views.extension_grant, name="extension_grant"),
    path("perpanjangan/<uuid:uuid>/tolak/", extension_views.extension_refuse, name="extension_refuse"),
    path("pelatihan/<int:pk>/batalkan/", reversal_views.reverse_record, name="reverse"),
]
