import type { Command } from "$lib/state/keys.svelte";

/** The commands that have all words that were typed, those that begin with them first. */
export function fitting(commands: readonly Command[], search: string): readonly Command[] {
  const words = search.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const text = (each: Command) => `${each.group} ${each.title}`.toLowerCase();
  const begins = (each: Command) => words.every((word) => each.title.toLowerCase().includes(word));
  const found = commands.filter((each) => words.every((word) => text(each).includes(word)));
  return [...found.filter(begins), ...found.filter((each) => !begins(each))];
}
