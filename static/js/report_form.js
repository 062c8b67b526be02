// The report's form: ticking members off, the place on the map, photos made small before they are sent.
(() => {
  "use strict";
  const form = document.querySelector("form[data-draft]");
  if (!form) return;

  // --- members ---
  const picker = form.querySelector("[data-picker]");
  if (picker?.querySelector("[data-picker-tools]")) {
    const boxes = [...picker.querySelectorAll('input[type="checkbox"]')];
    const count = picker.querySelector("[data-picker-count]");
    const search = picker.querySelector("[data-picker-search]");
    const all = picker.querySelector("[data-picker-all]");
    const visible = () => boxes.filter((box) => !box.closest("label").hidden);
    const tell = () => {
      count.textContent = `${boxes.filter((box) => box.checked).length} dari ${boxes.length} anggota dipilih`;
      all.textContent = visible().every((box) => box.checked) ? "Kosongkan" : "Pilih semua";
    };
    picker.querySelector("[data-picker-tools]").hidden = false;
    search.addEventListener("input", () => {
      const wanted = search.value.trim().toLocaleLowerCase("id");
      for (const box of boxes) {
        const label = box.closest("label");
        label.hidden = !label.textContent.toLocaleLowerCase("id").includes(wanted);
      }
      tell();
    });
    search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    all.addEventListener("click", () => {
      const tick = !visible().every((box) => box.checked);
      for (const box of visible()) box.checked = tick;
      boxes[0]?.dispatchEvent(new Event("input", { bubbles: true }));
    });
    picker.addEventListener("input", tell);
    tell();
  }

  // --- place ---
  for (const button of form.querySelectorAll("[data-locate]")) {
    const field = document.getElementById(button.dataset.locate);
    if (!navigator.geolocation || !field) continue;
    const label = button.lastChild;
    const normal = label.textContent;
    button.hidden = false;
    button.addEventListener("click", () => {
      label.textContent = "Mencari lokasi …";
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          field.value = `${coords.latitude.toFixed(6)}, ${coords.longitude.toFixed(6)}`;
          field.dispatchEvent(new Event("input", { bubbles: true }));
          label.textContent = `Lokasi terisi, ketelitian ${Math.round(coords.accuracy)} m`;
        },
        () => {
          label.textContent = "Lokasi tidak tersedia. Izinkan akses lokasi, lalu coba lagi";
          setTimeout(() => (label.textContent = normal), 6000);
        },
        { enableHighAccuracy: true, timeout: 20000 },
      );
    });
  }

  // --- photos ---
  const SIDE = 1600;
  const shrink = async (file) => {
    if (file.size < 400000 && file.type === "image/jpeg") return file;
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
      return blob && blob.size < file.size ? blob : file;
    } catch {
      return file; // what the browser cannot read the server judges
    }
  };
  const saved = () => new Promise((done) => form.dispatchEvent(new CustomEvent("draft:save", { detail: { done } })));
  const token = form.querySelector('[name="csrfmiddlewaretoken"]').value;

  const upload = async (file) => {
    const body = new FormData();
    body.append("photos", await shrink(file), file.name);
    const response = await fetch(form.dataset.photosUrl, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": token },
      redirect: "manual",
    });
    if (!response.ok) throw new Error("refused");
    return response.text();
  };

  // Whoever sends the form meanwhile waits for the photos: a form on its way would end them, or bring them twice.
  let uploading = null;
  form.addEventListener(
    "submit",
    (event) => {
      if (!uploading) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const { submitter } = event;
      uploading.then(() => form.requestSubmit(submitter));
    },
    { capture: true },
  );
  const start = () => {
    const field = form.querySelector("#id_photos");
    if (field?.files.length && !uploading) uploading = sendPhotos(field).finally(() => (uploading = null));
  };
  // How many are not on the server yet: what lies on the device remembers that.
  const left = (n) => {
    form.dataset.photosLeft = n;
    form.dispatchEvent(new CustomEvent("photos:left"));
  };
  form.addEventListener("change", (event) => {
    if (event.target.id !== "id_photos" || uploading) return;
    left(event.target.files.length);
    say("");
    start();
  });
  form.addEventListener("draft:saved", start); // the network is back
  window.addEventListener("online", start);
  const say = (text, late = false) => {
    const status = form.querySelector("[data-photos-status]");
    if (!status) return;
    status.textContent = text;
    status.classList.toggle("is-late", late);
  };
  const sendPhotos = async (field) => {
    const files = [...field.files];
    say("Menyiapkan foto …");
    if (!(await saved())) return say("Belum ada jaringan. Foto terkirim sendiri saat jaringan kembali; jangan tutup halaman ini.", true);
    field.value = ""; // what is sent here does not go with the form as well
    const refusals = [];
    let kept = 0;
    for (const [n, file] of files.entries()) {
      say(`Mengirim foto ${n + 1} dari ${files.length} …`);
      try {
        const fresh = document.createRange().createContextualFragment(await upload(file)).firstElementChild;
        const refused = [...fresh.querySelectorAll(".field__error")];
        refusals.push(...refused);
        kept += !refused.length;
        form.querySelector("[data-photos]").replaceWith(fresh);
        left(files.length - n - 1);
      } catch {
        const rest = files.slice(n).map((file) => file.name).join(", ");
        return say(`Jaringan terputus. Belum terkirim: ${rest}. Pilih lagi foto itu.`, true);
      }
    }
    const heading = form.querySelector("[data-photos] .field__label");
    for (const refusal of refusals) if (!refusal.isConnected) heading.after(refusal);
    if (!refusals.length) return say("Foto tersimpan.");
    return say(kept ? `${kept} foto tersimpan, yang lain tidak dapat dipakai.` : "Tidak ada foto yang tersimpan.");
  };
})();
