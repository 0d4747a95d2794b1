// Draws a QR code as a bad camera would see it: 640 x 480, on a cluttered ground, then aged. Runs in the page of
// bench/decoder.py, draws with arithmetic only (no canvas), so a frame is the same on every machine.
(() => {
  const [WIDTH, HEIGHT] = [640, 480];
  const GROUND = 140;
  const SAMPLES = 4; // a pixel's brightness is the mean of 4 x 4 points

  /** Numbers between 0 and 1 from a seed (mulberry32). */
  function random(seed) {
    let state = seed >>> 0;
    return () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = Math.imul(state ^ (state >>> 15), state | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
  }

  function gauss(next) {
    return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  }

  /** Where a point around the middle of the code lies on its paper (0..1), or null beside it. */
  function onPaper(x, y, { px, angle, tilt }) {
    const turn = (angle * Math.PI) / 180;
    const u = (x * Math.cos(turn) - y * Math.sin(turn)) / px + 0.5;
    const v = (x * Math.sin(turn) + y * Math.cos(turn)) / px + 0.5;
    if (v < 0 || v >= 1) return null;
    // leaning back by `tilt`: its upper edge is farther away, so shorter by twice that
    const far = 1 - 2 * tilt;
    const across = far + (1 - far) * v;
    const s = (u - 0.5) / across + 0.5;
    const t = v / (v + (1 - v) * far);
    return s < 0 || s >= 1 ? null : [s, t];
  }

  function shade(rows, s, t, { px, invert, occlude }) {
    if (occlude && s >= 0.5 && s < 0.5 + occlude && t >= 0.5 && t < 0.5 + occlude) return 128;
    const size = rows.length + 8;
    const dark = rows[Math.floor(t * size) - 4]?.[Math.floor(s * size) - 4] === true;
    return dark !== invert ? 0 : 255;
  }

  function draw(rows, how) {
    const picture = new Float32Array(WIDTH * HEIGHT);
    for (let y = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++) {
        const ground = GROUND + 40 * Math.sin(x / 70) + 30 * Math.cos(y / 50);
        let sum = 0;
        for (let n = 0; n < SAMPLES ** 2; n++) {
          const dx = ((n % SAMPLES) + 0.5) / SAMPLES - WIDTH / 2;
          const dy = (Math.floor(n / SAMPLES) + 0.5) / SAMPLES - HEIGHT / 2;
          const point = onPaper(x + dx, y + dy, how);
          sum += point ? shade(rows, point[0], point[1], how) : ground;
        }
        picture[y * WIDTH + x] = sum / SAMPLES ** 2;
      }
    }
    return picture;
  }

  function blurred(picture, sigma) {
    const reach = Math.ceil(3 * sigma);
    const weights = [];
    for (let k = -reach; k <= reach; k++) weights.push(Math.exp(-(k * k) / (2 * sigma * sigma)));
    const total = weights.reduce((a, b) => a + b);
    const clamp = (value, top) => Math.max(0, Math.min(top, value));
    const pass = (from, at) => {
      const to = new Float32Array(from.length);
      for (let y = 0; y < HEIGHT; y++) {
        for (let x = 0; x < WIDTH; x++) {
          let sum = 0;
          for (let k = -reach; k <= reach; k++) sum += weights[k + reach] * from[at(x, y, k, clamp)];
          to[y * WIDTH + x] = sum / total;
        }
      }
      return to;
    };
    const across = pass(picture, (x, y, k, clamp) => y * WIDTH + clamp(x + k, WIDTH - 1));
    return pass(across, (x, y, k, clamp) => clamp(y + k, HEIGHT - 1) * WIDTH + x);
  }

  /** One frame: `rows` are the squares of the code, `how` its distortions, `seed` its noise. */
  function frame(rows, chosen, seed) {
    const plain = { px: 280, angle: 0, tilt: 0, blur: 0, gain: 1, noise: 4, contrast: 1 };
    const how = { ...plain, glare: false, invert: false, occlude: 0, ...chosen };
    let picture = draw(rows, how);
    const mean = picture.reduce((a, b) => a + b) / picture.length;
    picture = picture.map((value) => mean + (value - mean) * how.contrast);
    if (how.blur) picture = blurred(picture, how.blur);
    const next = random(seed);
    const data = new Uint8ClampedArray(WIDTH * HEIGHT * 4);
    for (let place = 0; place < picture.length; place++) {
      const [x, y] = [place % WIDTH, Math.floor(place / WIDTH)];
      const spot = ((x - WIDTH * 0.56) / 55) ** 2 + ((y - HEIGHT * 0.44) / 55) ** 2;
      const light = how.glare ? 190 * Math.exp(-spot) : 0;
      const value = (picture[place] + light) * how.gain + how.noise * gauss(next);
      data.set([value, value, value, 255], place * 4);
    }
    return new ImageData(data, WIDTH, HEIGHT);
  }

  return frame;
})();
