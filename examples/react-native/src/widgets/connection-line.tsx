import type { Driver } from '@rideline/sdk/driver';
import { useConnection } from '@rideline/sdk/react';
import type { Rider } from '@rideline/sdk/rider';
import { Text, View } from 'react-native';
import { Button } from './button.tsx';
import { styles } from './styles.ts';

/** Whether what is shown is current. A connection that the server has ended can be opened again. */
export function ConnectionLine({ client }: { readonly client: Driver | Rider }) {
  const state = useConnection(client);
  switch (state.kind) {
    case 'connected':
      return <Text style={styles.muted}>Live</Text>;
    case 'idle':
    case 'connecting':
      return <Text style={styles.muted}>Connecting …</Text>;
    case 'waiting':
      return <Text style={styles.bad}>No connection: what you do is kept and sent later.</Text>;
    case 'stopped':
      return (
        <View style={styles.row}>
          <Text style={styles.bad}>Signed off by the server ({state.advice?.code ?? 'closed'})</Text>
          <Button title="Connect" onPress={() => client.connect()} />
        </View>
      );
  }
}
