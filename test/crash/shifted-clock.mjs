/** Loaded before the program: shifts its wall clock by CLOCK_SHIFT_MS, so that a child process can live on another day. */
const shiftMs = Number(process.env.CLOCK_SHIFT_MS ?? '0');
const RealDate = Date;

globalThis.Date = class extends RealDate {
  constructor(...words) {
    if (words.length === 0) super(RealDate.now() + shiftMs);
    else super(...words);
  }

  static now() {
    return RealDate.now() + shiftMs;
  }
};
