import { storable } from './readings.ts';

/** The one spelling that the dataset keeps of a text, from the contract's words. */
export type Spelling = (sent: string) => string;

/** Characters that take no room, and joiners, which do something only between letters. */
const NOTHING = new Set(['\u200b', '\u2060', '\ufeff', '\u180e']);
const JOINERS = new Set(['\u200c', '\u200d']);

const isBlank = (character: string) =>
  character === '\u0085' || (character.trim() === '' && character !== '');

/** Kept as it was sent. */
export const asSent: Spelling = (sent) => storable(sent);

/** Words with one blank between them, nothing at the ends, composed. */
export const plainText: Spelling = (sent) => {
  const visible = [...storable(sent)].filter((character) => !NOTHING.has(character));
  const spaced = visible.map((character) => (isBlank(character) ? ' ' : character));
  const isEdge = (character: string | undefined) =>
    character !== undefined && (character === ' ' || JOINERS.has(character));
  const single = spaced.filter((character, at) => character !== ' ' || spaced[at - 1] !== ' ');
  let [from, to] = [0, single.length];
  while (isEdge(single[from])) from += 1;
  while (to > from && isEdge(single[to - 1])) to -= 1;
  return single.slice(from, to).join('').normalize('NFC');
};

/** The same in lower case. */
export const lowerText: Spelling = (sent) => plainText(sent).toLowerCase().normalize('NFC');

/** The same in upper case. */
export const upperText: Spelling = (sent) => plainText(sent).toUpperCase().normalize('NFC');

/** A domain as a resolver asks for it: lower case, in ASCII where it can be, without the root's dot. */
export const hostName: Spelling = (sent) => {
  const name = withoutRoot(lowerText(sent));
  return /^\p{ASCII}*$/u.test(name) ? name : withoutRoot(inAscii(name));
};

const isEnd = (character = '') => JOINERS.has(character) || /^[ .。．｡]$/u.test(character);

function withoutRoot(name: string): string {
  const characters = [...name];
  while (isEnd(characters.at(-1))) characters.pop();
  return characters.join('');
}

/** As the URL parser of the platform writes a host; what is no host stays. */
function inAscii(name: string): string {
  const isHost = [...name].every((each) => JOINERS.has(each) || /^[\p{L}\p{M}\p{N}·。．｡._-]$/u.test(each));
  if (!isHost || !URL.canParse(`http://${name}/`)) return name;
  const { hostname } = new URL(`http://${name}/`);
  return /[^0-9.]/.test(hostname) ? hostname : name;
}
