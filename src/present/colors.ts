import picocolors from 'picocolors';

/** Functions that colour text, or leave it alone. */
export type Colors = ReturnType<typeof picocolors.createColors>;

/** Whether people see colours there: a terminal that can show them, and nobody set NO_COLOR. */
export function wantsColors(
  output: { readonly isTTY: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  return output.isTTY && (environment.NO_COLOR ?? '') === '' && environment.TERM !== 'dumb';
}

/** The functions, told outright: left to itself the package also colours wherever CI is set. */
export function colorsFor(wanted: boolean): Colors {
  return picocolors.createColors(wanted);
}
