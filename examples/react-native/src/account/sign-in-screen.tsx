import { useState } from 'react';
import { ScrollView, Text, TextInput, View } from 'react-native';
import type { Role } from '../device/device.ts';
import { Button } from '../widgets/button.tsx';
import { styles } from '../widgets/styles.ts';
import { useWork } from '../widgets/use-work.ts';

interface Props {
  /** The session has ended without the person. */
  readonly hasEnded: boolean;
  readonly onSignIn: (role: Role, login: string, password: string) => Promise<void>;
}

export function SignInScreen({ hasEnded, onSignIn }: Props) {
  const [role, setRole] = useState<Role>('driver');
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const { isBusy, error, run } = useWork();
  return (
    <ScrollView contentContainerStyle={styles.content} keyboardShouldPersistTaps="handled">
      <Text style={styles.title}>Sign in</Text>
      <View style={styles.row}>
        <Button title="Driver" isPrimary={role === 'driver'} onPress={() => setRole('driver')} />
        <Button title="Rider" isPrimary={role === 'rider'} onPress={() => setRole('rider')} />
      </View>
      {hasEnded && error === null && <Text style={styles.bad}>Your session is over. Sign in again.</Text>}
      {error !== null && <Text style={styles.bad}>{error}</Text>}
      <TextInput
        style={styles.input}
        accessibilityLabel="Email or phone number"
        placeholder="Email or phone number"
        autoCapitalize="none"
        autoComplete="username"
        autoCorrect={false}
        value={login}
        onChangeText={setLogin}
      />
      <TextInput
        style={styles.input}
        accessibilityLabel="Password"
        placeholder="Password"
        autoComplete="current-password"
        secureTextEntry
        value={password}
        onChangeText={setPassword}
      />
      <Button
        title={isBusy ? 'Signing in …' : 'Sign in'}
        isPrimary
        isDisabled={isBusy || login === '' || password === ''}
        onPress={() => void run(() => onSignIn(role, login.trim(), password))}
      />
    </ScrollView>
  );
}
