// What the browser has drawn, measured: for the tests of this folder.
({
  // Every text of every visible chart: where it stands, shrunk to its letters' own height.
  chartTexts() {
    const found = [];
    for (const svg of document.querySelectorAll("figure svg")) {
      if (!svg.getClientRects().length) continue;
      const chart = svg.closest("figure").id, frame = svg.getBoundingClientRect();
      for (const text of svg.querySelectorAll("text")) {
        if (!text.textContent.trim() || text.getAttribute("opacity") === "0") continue;
        const box = text.getBoundingClientRect();
        const size = parseFloat(getComputedStyle(text).fontSize) * frame.width / svg.viewBox.baseVal.width;
        const inset = Math.max(0, (box.height - size) / 2);
        found.push({
          chart, words: text.textContent, size, left: box.left, right: box.right,
          top: box.top + inset, bottom: box.bottom - inset,
          inside: box.left >= frame.left - 1 && box.right <= frame.right + 1
            && box.top + inset >= frame.top - 1 && box.bottom - inset <= frame.bottom + 1,
        });
      }
    }
    return found;
  },

  // The labels of the scale above the column of intervals.
  scaleTexts() {
    return [...document.querySelectorAll(".scale span")].filter((e) => e.getClientRects().length).map((e) => {
      const box = e.getBoundingClientRect();
      return { chart: "scale", words: e.textContent, left: box.left, right: box.right, top: box.top, bottom: box.bottom };
    });
  },

  // What sticks out of the window to the right, or of the box of its own that may be scrolled.
  stickingOut() {
    const width = document.documentElement.clientWidth;
    return [...document.querySelectorAll("body *")]
      .filter((e) => !e.closest(".scroll") && !e.closest("svg") && e.getClientRects().length)
      .filter((e) => e.getBoundingClientRect().right > width + 1)
      .map((e) => `${e.tagName}.${e.className}: ${e.textContent.slice(0, 40)}`);
  },

  // How wide reasons are, and the rows that they stand in.
  reasons() {
    return [...document.querySelectorAll(".reason")].filter((e) => e.getClientRects().length).map((e) => [
      e.getBoundingClientRect().width, e.closest("tr").getBoundingClientRect().width]);
  },

  // Letters for which no font has a shape: they all look like one that no font can have.
  withoutShape() {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 32;
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.font = `22px ${getComputedStyle(document.body).fontFamily}`;
    pen.textBaseline = "top";
    const drawn = (letter) => {
      pen.clearRect(0, 0, 32, 32);
      pen.fillText(letter, 2, 2);
      return pen.getImageData(0, 0, 32, 32).data.join();
    };
    const nothing = drawn("\u{10FFFE}");
    const letters = new Set([...document.body.textContent].filter((letter) => letter.trim()));
    return [...letters].filter((letter) => drawn(letter) === nothing);
  },

  // The contrast of every text with what lies under it (WCAG's relative luminance).
  contrasts() {
    const channels = (colour) => {
      const found = colour.match(/[\d.]+/g).map(Number);
      return { rgb: found.slice(0, 3), opaque: found.length < 4 || found[3] > 0.5 };
    };
    const light = ({ rgb }) => {
      const [r, g, b] = rgb.map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratio = (a, b) => {
      const [low, high] = [light(a), light(b)].sort((x, y) => x - y);
      return (high + 0.05) / (low + 0.05);
    };
    const paper = (element) => {
      for (let e = element; e; e = e.parentElement) {
        const colour = channels(getComputedStyle(e).backgroundColor);
        if (colour.opaque) return colour;
      }
      return { rgb: [255, 255, 255] };
    };
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const e = node.parentElement;
      if (!node.textContent.trim() || e.closest("svg") || !e.getClientRects().length) continue;
      found.push([ratio(channels(getComputedStyle(e).color), paper(e)), node.textContent.trim().slice(0, 40)]);
    }
    for (const svg of document.querySelectorAll("figure svg")) {
      if (!svg.getClientRects().length) continue;
      const below = [];
      for (const e of svg.querySelectorAll("path, text")) {
        const style = getComputedStyle(e), box = e.getBoundingClientRect();
        if (e.tagName === "path") {
          const filled = style.fill !== "none" && channels(style.fill).opaque && parseFloat(style.fillOpacity) > 0.5;
          if (filled && box.width > 8 && box.height > 8) below.push([box, channels(style.fill)]);
          continue;
        }
        if (!e.textContent.trim() || parseFloat(style.strokeWidth) > 3 && style.stroke !== "none") continue;
        const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
        const under = below.filter(([b]) => b.left <= x && x <= b.right && b.top <= y && y <= b.bottom).pop();
        found.push([ratio(channels(style.fill), under ? under[1] : paper(svg)), e.textContent]);
      }
    }
    return found;
  },
})
