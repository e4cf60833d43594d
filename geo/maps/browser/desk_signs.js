// Pictures that the desk's map is filled and marked with, drawn here: none is fetched.
function drawn(side, draw) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const pen = canvas.getContext("2d");
  draw(pen);
  return pen.getImageData(0, 0, side, side);
}

// Diagonal lines that repeat without a seam.
function pattern(colour, width, falling) {
  const side = 16;
  return drawn(side, (pen) => {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    for (const shift of [-side, 0, side]) {
      pen.beginPath();
      if (falling) { pen.moveTo(shift, 0); pen.lineTo(shift + side, side); }
      else { pen.moveTo(shift, side); pen.lineTo(shift + side, 0); }
      pen.stroke();
    }
  });
}

// Dots on a lattice: told from stripes of either direction, in grey too.
function dots(colour, halo) {
  return drawn(14, (pen) => {
    for (const [tone, radius] of [[halo, 2.7], [colour, 1.8]]) {
      pen.fillStyle = tone;
      for (const [x, y] of [[3.5, 3.5], [10.5, 10.5]]) {
        pen.beginPath();
        pen.arc(x, y, radius, 0, 2 * Math.PI);
        pen.fill();
      }
    }
  });
}

// A white star on a dark disc, as stations stand on the map of Coverage.
function badge(ink, halo) {
  return drawn(24, (pen) => {
    pen.fillStyle = ink;
    pen.strokeStyle = halo;
    pen.lineWidth = 2;
    pen.beginPath();
    pen.arc(12, 12, 10, 0, 2 * Math.PI);
    pen.fill();
    pen.stroke();
    pen.fillStyle = halo;
    pen.beginPath();
    for (let i = 0; i < 10; i++) {
      const angle = (Math.PI / 5) * i - Math.PI / 2, far = i % 2 ? 2.8 : 7;
      pen.lineTo(12 + far * Math.cos(angle), 12 + far * Math.sin(angle));
    }
    pen.fill();
  });
}

function padlock(ink, halo) {
  return drawn(26, (pen) => {
    for (const [colour, width] of [[halo, 6], [ink, 2.6]]) {
      pen.strokeStyle = pen.fillStyle = colour;
      pen.lineWidth = width;
      pen.strokeRect(7, 12, 12, 9);
      pen.beginPath();
      pen.arc(13, 11, 4.5, Math.PI, 0);
      pen.stroke();
    }
    pen.fillRect(7, 12, 12, 9);
  });
}
