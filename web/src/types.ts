/* What the server says, as types. Ids are decimal strings, times are RFC 3339 in UTC. */

export type Id = string;
export type Time = string;

/* Markdown as a tree: the server has already parsed it, so nothing here ever handles HTML as text. */
export type Node = string | { t: string; c?: Node[]; href?: string };
export type Nodes = Node[];

export type Role = 'learner' | 'coach' | 'author' | 'admin';
export type Confidence = 'sure' | 'think-so' | 'guess';
export type Kind = 'choose' | 'recall' | 'explain' | 'voice' | 'roleplay' | 'reflect';
/* How hard exercises are wished to be. */
export type Challenge = 'harder' | 'as-it-is' | 'easier';
export type State = 'new' | 'ready' | 'growing' | 'fading' | 'sure-and-wrong';

export interface Me {
  id: Id;
  name: string;
  email: string;
  roles: Role[];
  organisation: { id: Id; name: string };
  team: { id: Id; name: string } | null;
  timeZone: string;
  sessionMinutes: number;
  challenge: Challenge;
  csrfToken: string;
  hasPassword: boolean;
}

export interface SignIn {
  id: Id;
  userAgent: string;
  createdAt: Time;
  seenAt: Time;
  current: boolean;
}

export interface Next {
  at: Time;
  concept: string | { id?: Id; title: string };
}

export interface Today {
  session: Session | null;
  due: number;
  new: number;
  next: Next | null;
  practisedSecondsToday: number;
}

export interface Session {
  id: Id;
  createdAt: Time;
  finishedAt: Time | null;
  budgetSeconds: number;
  entries: Entry[];
}

export interface Entry {
  position: number;
  why: 'sure-and-wrong' | 'due' | 'new' | 'early' | 'again';
  reason: string;
  introduces: boolean;
  follows: number | null; /* the position that an added entry comes after; null: it comes by its own */
  seconds: number;
  concept: { id: Id; title: string; skill: string | { id: Id; name: string }; text: Nodes };
  exercise: Exercise;
  attempt: Feedback | null;
}

export interface Exercise {
  id: Id;
  kind: Kind;
  prompt: Nodes;
  options?: { index: number; text: Nodes }[];
  several?: boolean;
  scene?: { buyer: string; temperament: string; opens: string };
  followUp?: Nodes;
}

export interface Answer {
  key: string;
  exerciseId: Id;
  sessionId?: Id;
  position?: number;
  choices?: number[];
  text?: string;
  confidence: Confidence;
  seconds: number;
  answeredAt: Time;
}

export interface Span {
  start: number;
  end: number;
}

export interface Criterion {
  name: string;
  weight: number;
  verdict: 'there' | 'partly' | 'missing';
  evidence: Span[];
}

export interface Misconception {
  name: string;
  correction: Nodes;
  evidence?: Span | null;
}

export interface Strength {
  retrievability: number;
  stability: number;
}

export interface Feedback {
  attemptId: Id;
  exerciseId: Id;
  score: number | null;
  passed: boolean | null;
  verdict: string;
  grader: 'options' | 'built-in' | 'model' | 'none' | string;
  certainty: number | null;
  options?: { index: number; chosen: boolean; correct: boolean; feedback: Nodes }[];
  criteria?: Criterion[];
  misconceptions?: Misconception[];
  next: string | null;
  models?: Nodes[];
  text?: string;
  choices?: number[];
  confidence: Confidence;
  confidentlyWrong: boolean;
  tryNumber: number;
  memory: { before: Strength | null; after: Strength; dueAt: Time } | null;
  answeredAt: Time;
  added?: Entry | null; /* in the reply to an answer: what now comes as well */
  secondLook?: boolean; /* in the reply to an answer: a language model was asked as well */
}

export interface Point {
  day: number;
  recall: number;
}

export interface SummaryConcept {
  id: Id;
  title: string;
  before: Strength | null;
  after: Strength;
  dueAt: Time;
  curveBefore: Point[] | null;
  curveAfter: Point[];
}

export interface Summary {
  sessionId: Id;
  seconds: number;
  answered: number;
  concepts: SummaryConcept[];
  next: Next | null;
  note: string | null;
}

export interface ProgressConcept {
  id: Id;
  title: string;
  state: State;
  now: number | null;
  inWeek: number | null;
  inFourWeeks: number | null;
  stability: number | null;
  dueAt: Time | null;
  attempts: number;
  curve: Point[] | null;
}

/* Answers to questions that had not been seen before, and where the true share right plausibly lies. */
export interface Unseen {
  attempts: number;
  right: number;
  low: number;
  high: number;
}

export interface Progress {
  skills: { id: string; name: string; pack: { id: Id; title: string }; unseen: Unseen; concepts: ProgressConcept[] }[];
  forecast: { day: string; due: number }[];
  practice: { day: string; seconds: number; attempts: number }[];
  confidence: { confidence: Confidence; attempts: number; right: number }[];
  challenge: { wish: Challenge; target: number; attempts: number; right: number };
}

export interface PastAttempt extends Feedback {
  exercise: Exercise;
  concept: { id: Id; title: string };
}

export interface Pack {
  id: Id;
  slug: string;
  title: string;
  language: string;
  version: number;
  concepts: number;
  exercises: number;
  importedAt: Time;
  about: Nodes;
}

export interface PackConcept {
  id: Id;
  slug: string;
  title: string;
  skill: string | { id: Id; name: string };
  mustKnow: boolean;
  requires: Id[];
  exercises: number;
  kinds: Kind[];
  state: State;
  now: number | null;
}

export interface PackDetail extends Omit<Pack, 'concepts'> {
  skills: { id: Id; name: string }[];
  concepts: PackConcept[];
}

export interface Concept {
  id: Id;
  slug: string;
  title: string;
  skill: { id: Id; name: string };
  pack: { id: Id; title: string };
  text: Nodes;
  mustKnow: boolean;
  requires: { id: Id; title: string }[];
  requiredBy: { id: Id; title: string }[];
  exercises: { id: Id; kind: Kind; slug: string; prompt: Nodes }[];
  memory: { retrievability?: number; stability?: number; dueAt?: Time | null } | null;
}

export interface TeamView {
  teams: {
    id: Id;
    name: string;
    people: { id: Id; name: string; practisedAt: Time | null; attemptsThisWeek: number; due: number; sureAndWrong: number }[];
  }[];
}

/* An estimate and where the true value plausibly lies (95 %). */
export interface Interval {
  estimate: number;
  low: number;
  high: number;
}

export type ItemFlag = 'teaches-nothing' | 'tells-nobody-apart' | 'too-few-answers';

/* What answers say about an exercise. */
export interface Item {
  id: Id;
  slug: string;
  kind: Kind;
  concept: { id: Id; title: string };
  pack: { id: Id; title: string };
  answers: number;
  right: Interval | null;
  difficulty: Interval; /* logits */
  success: Interval; /* of an average person who remembers the concept */
  discrimination: Interval | null;
  seconds: number | null;
  flags: ItemFlag[];
}

export interface Bin {
  from: number;
  to: number;
  n: number;
  expected: number | null;
  observed: number | null;
  low: number;
  high: number;
}

/* Predictions of one sort beside what came. */
export interface Predictions {
  n: number;
  logLoss: number | null;
  calibrationError: number | null;
  auc: number | null;
  bins: Bin[];
}

export type MemoryAlgorithm = 'fsrs6' | 'fsrs7';

export interface MemoryModel {
  id: Id | null; /* null: the published weights of FSRS-6 */
  algorithm: MemoryAlgorithm;
  madeAt: Time | null;
  used: boolean;
  answers: number; /* 0: published weights */
  logLoss: number | null;
  logLossBefore: number | null;
  logLossPublished: number | null;
  rmseBins: number | null;
  auc: number | null;
}

export interface CalibrationView {
  days: number;
  success: Predictions;
  recall: Predictions;
  memory: MemoryModel;
}

export interface MemoryChoice {
  current: MemoryModel;
  waiting: number;
  models: MemoryModel[];
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: { pointer: string; detail: string }[];
}
