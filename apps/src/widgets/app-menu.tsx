import type { RestClient } from '@rideline/sdk/rider';
import { useWords } from '../language/language.ts';
import { BellIcon, FileIcon, GearIcon, LeaveIcon } from './icons.tsx';
import { Menu } from './menu.tsx';

/** The pages that both apps have. */
export type AppPage = 'notifications' | 'documents' | 'settings';

/** The menu of either app. */
export function AppMenu({
  rest,
  onPage,
  onSignOut,
}: {
  rest: RestClient;
  onPage: (page: AppPage) => void;
  onSignOut: () => void;
}) {
  const { text } = useWords();
  return (
    <Menu
      rest={rest}
      items={[
        {
          id: 'notifications',
          name: text('notifications.title'),
          icon: <BellIcon />,
          onChoose: () => onPage('notifications'),
        },
        {
          id: 'documents',
          name: text('documents.title'),
          icon: <FileIcon />,
          onChoose: () => onPage('documents'),
        },
        {
          id: 'settings',
          name: text('menu.settings'),
          icon: <GearIcon />,
          onChoose: () => onPage('settings'),
        },
        { id: 'leave', name: text('account.signOut'), icon: <LeaveIcon />, onChoose: onSignOut },
      ]}
    />
  );
}
