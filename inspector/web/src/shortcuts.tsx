import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { View } from './app';
import { useNavigation } from './navigation/navigation';

// Single keys, when nobody is typing: 1 to 9 go to the views, ? says so.

function isTyping(event: KeyboardEvent): boolean {
  const target = event.target;
  return (
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    target instanceof HTMLInputElement ||
    target instanceof HTMLSelectElement ||
    target instanceof HTMLTextAreaElement
  );
}

export function useShortcuts(views: readonly View[]): void {
  const { go } = useNavigation();
  useEffect(() => {
    const listed = views.filter((view) => view.listed === true);
    const onKey = (event: KeyboardEvent): void => {
      if (isTyping(event) || !/^[1-9]$/.test(event.key)) return;
      const view = listed[Number(event.key) - 1];
      if (view !== undefined) go(view.path);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [views, go]);
}

export function ShortcutsDialog(props: { views: readonly View[] }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== '?' || isTyping(event)) return;
      dialog.current?.showModal();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  const keys: [string, string][] = [
    ...props.views
      .filter((view) => view.listed === true)
      .map((view, place): [string, string] => [String(place + 1), view.title]),
    ['/', 'search messages'],
    ['↑ ↓, j k', 'through the rows of a table'],
    ['← →', 'through the quarters of a chart; ↑ ↓ its lines'],
    ['Enter', 'open the record behind a row or point'],
    ['Esc', 'close the record'],
  ];
  return (
    <>
      <button type="button" class="icon-button help-button" aria-label="Keyboard shortcuts" title="Keyboard shortcuts (?)" onClick={() => dialog.current?.showModal()}>
        <kbd>?</kbd>
      </button>
      <dialog ref={dialog} aria-labelledby="keys-heading">
        <form method="dialog">
          <h2 id="keys-heading">Keys</h2>
          <dl class="keys">
            {keys.map(([key, meaning]) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
          <button type="submit" class="button">
            Close
          </button>
        </form>
      </dialog>
    </>
  );
}
