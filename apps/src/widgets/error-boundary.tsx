import { Component, type ReactNode } from 'react';
import { languageSetting, wordsOf } from '../language/language.ts';

/** The last resort: an error of the app itself is shown with a way on. */
export class ErrorBoundary extends Component<
  { readonly children: ReactNode },
  { readonly message: string | null }
> {
  override state = { message: null };

  static getDerivedStateFromError(error: unknown) {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render() {
    if (this.state.message === null) return this.props.children;
    const { text } = wordsOf(languageSetting().get());
    return (
      <main className="screen centred" role="alert">
        <h1>{text('app.failed.title')}</h1>
        <p className="muted">{this.state.message}</p>
        <button type="button" className="button primary" onClick={() => location.reload()}>
          {text('app.failed.reload')}
        </button>
      </main>
    );
  }
}
