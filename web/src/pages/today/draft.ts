/* An answer while it is being written, kept on every change so that a reload loses nothing. */
import { me } from '../../self';
import { local } from '../../storage';
import type { Id } from '../../types';

export interface Draft {
  text: string;
  choices: number[];
}

const name = (sessionId: Id, position: number) => `draft.${me.get()?.id}.${sessionId}.${position}`;

export const readDraft = (sessionId: Id, position: number): Draft | null => local.get<Draft>(name(sessionId, position));
export const keepDraft = (sessionId: Id, position: number, draft: Draft): void => local.put(name(sessionId, position), draft);
export const clearDraft = (sessionId: Id, position: number): void => local.delete(name(sessionId, position));
