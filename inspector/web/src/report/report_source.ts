import { ApiError, type ApiSource } from '../api/source';
import { parsePlace } from '../navigation/place';
import type { RecordInFull, RecordPage, RecordRow, SeriesAnswer, Thread, ThreadMessage } from '../api/types';

// What `tranche report` puts into the page: answers of the inspector's server by their path.
export interface Report {
  generated_by: string;
  responses: Record<string, unknown>;
  left_out?: string[];
}

// Answers from inside a report. Some that it doesn't carry follow from others that it does: a thread
// below one that is there, a message of a thread, a measurement of a series.
export class ReportSource implements ApiSource {
  private records: Map<number, RecordInFull> | null = null;

  constructor(private readonly report: Report) {}

  async get(path: string): Promise<unknown> {
    const answer = this.report.responses[path] ?? this.derived(path);
    if (answer !== undefined && answer !== null) return answer;
    throw new ApiError('not-in-report', 'A report carries a part of its log. “tranche inspect” shows all of it.');
  }

  private derived(path: string): unknown {
    const place = parsePlace(path);
    if (place.path === '/api/record') return this.known().get(Number(place.query.get('position')));
    if (place.path === '/api/thread') return this.threadBelow(place.query.get('id') ?? '');
    return undefined;
  }

  private threads(): Thread[] {
    return this.answers<Thread>('/api/thread?');
  }

  private answers<T>(prefix: string): T[] {
    return Object.entries(this.report.responses)
      .filter(([path]) => path.startsWith(prefix))
      .map(([, answer]) => answer as T);
  }

  private threadBelow(id: string): Thread | undefined {
    const above = this.threads().find((thread) => id.startsWith(`${thread.thread}/`));
    if (above === undefined) return undefined;
    const within = (name: string | null): boolean => name === id || (name ?? '').startsWith(`${id}/`);
    const messages = above.messages.filter((message) => within(message.thread));
    if (messages.length === 0) return undefined;
    const parties = new Set(messages.flatMap((message) => [message.sender ?? 'market', ...message.recipients]));
    return {
      ...above,
      thread: id,
      parties: [...parties],
      deals: above.deals.filter((deal) => within(deal)),
      contracts: above.contracts.filter((contract) => within(contract)),
      messages,
    };
  }

  // Records that other answers tell enough of.
  private known(): Map<number, RecordInFull> {
    if (this.records !== null) return this.records;
    const known = new Map<number, RecordInFull>();
    for (const series of this.answers<SeriesAnswer>('/api/metrics/series?')) addMetrics(known, series);
    for (const page of this.answers<RecordPage>('/api/records?')) {
      for (const row of page.records) known.set(row.position, inFull(row));
    }
    for (const thread of this.threads()) {
      for (const message of thread.messages) known.set(message.position, messageInFull(message, thread));
    }
    this.records = known;
    return known;
  }
}

function inFull(row: RecordRow): RecordInFull {
  return {
    ...row,
    lines: [],
    payload: null,
    crc32: 0,
    size_bytes: 0,
    fields: [],
    answers: [],
    previous: null,
    next: null,
    deal: null,
  };
}

function messageInFull(message: ThreadMessage, thread: Thread): RecordInFull {
  const inside = (deal: string): boolean => message.thread === deal || (message.thread ?? '').startsWith(`${deal}/`);
  return {
    ...inFull(message),
    lines: message.terms.length > 0 ? [] : message.lines,
    fields: message.terms.map((term) => ({ path: term.path, label: term.label, value: term.value })),
    answers: thread.messages.filter((one) => one.in_reply_to === message.position).map((one) => one.position),
    deal: thread.deals.find(inside) ?? null,
  };
}

function addMetrics(known: Map<number, RecordInFull>, answer: SeriesAnswer): void {
  for (const series of answer.series) {
    for (const [quarter, value, position] of series.points) {
      const metric = { name: series.name, subject: series.subject, value, unit: series.unit };
      known.set(position, {
        ...inFull({
          position,
          quarter: answer.quarters[quarter] ?? '',
          round: 0,
          kind: 'metric',
          sender: null,
          recipients: [],
          thread: null,
          in_reply_to: null,
          refused_by: null,
          text: `${series.name} ${series.subject}: ${value} ${series.unit}`,
        }),
        payload: { metric },
      });
    }
  }
}
