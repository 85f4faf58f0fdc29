import { useStore } from '../use-store.ts';
import { noticeOf } from './notice.ts';
import type { Page } from './page.ts';

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

export function Banner({ page }: { page: Page }) {
  const nowMs = useStore(page.second);
  const link = useStore(page.connection.link);
  const frameAtMs = page.frameAtMs.get();
  const badFrames = useStore(page.connection.badFrames);
  const { known } = page.fleet.get();
  const notice = noticeOf({ link, frameAtMs, badFrames, known, nowMs }, (ms) => clock.format(ms));
  return (
    <div class="banner-place" role="status">
      {notice !== null && (
        <div class="banner">
          <p>
            <strong>{notice.title}</strong> {notice.text}
            {notice.code !== null && (
              <>
                {' '}
                <code>{notice.code}</code>
              </>
            )}
          </p>
          {notice.canRetry && (
            <button type="button" class="button" onClick={page.connection.retryNow}>
              Reconnect now
            </button>
          )}
        </div>
      )}
    </div>
  );
}
