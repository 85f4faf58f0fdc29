import { useEffect } from 'react';
import { Text } from 'react-native';
import { SafeAreaProvider, SafeAreaView } from 'react-native-safe-area-context';
import { SignInScreen } from './account/sign-in-screen.tsx';
import { nativeDevice } from './device/native-device.ts';
import { DriverScreen } from './driver/driver-screen.tsx';
import { RiderScreen } from './rider/rider-screen.tsx';
import { RunningApp } from './running-app.ts';
import { useStore } from './state/store.ts';
import { styles } from './widgets/styles.ts';

const app = new RunningApp(nativeDevice);

export function App() {
  useEffect(() => void app.start(), []);
  return (
    <SafeAreaProvider>
      <SafeAreaView style={styles.page}>
        <Screen />
      </SafeAreaView>
    </SafeAreaProvider>
  );
}

function Screen() {
  const state = useStore(app.state);
  const signOut = () => void app.signOut();
  switch (state.kind) {
    case 'starting':
      return <Text style={styles.muted}>Starting …</Text>;
    case 'signed_out':
      return (
        <SignInScreen
          hasEnded={state.hasEnded}
          onSignIn={(role, login, password) => app.signIn(role, login, password)}
        />
      );
    case 'driver':
      return <DriverScreen client={state.client} onSignOut={signOut} />;
    case 'rider':
      return <RiderScreen client={state.client} device={app.device} onSignOut={signOut} />;
  }
}
