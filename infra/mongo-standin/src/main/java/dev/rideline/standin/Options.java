package dev.rideline.standin;

import java.nio.file.Path;

/**
 * The command line.
 *
 * @param port 0 for a free one
 * @param replicaSet null for a server that is not in a replica set
 */
record Options(int port, String host, Path data, String replicaSet) {

    static final String USAGE = "usage: mongo-standin --port P --data DIR [--host 127.0.0.1] [--replica-set NAME]";

    /** @throws IllegalArgumentException with one line */
    static Options parse(String[] arguments) {
        int port = -1;
        String host = "127.0.0.1";
        Path data = null;
        String replicaSet = null;
        for (int i = 0; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(arguments[i] + " needs a value; " + USAGE);
            }
            String value = arguments[i + 1];
            switch (arguments[i]) {
                case "--port" -> port = parsePort(value);
                case "--host" -> host = value;
                case "--data" -> data = Path.of(value);
                case "--replica-set" -> replicaSet = value;
                default -> throw new IllegalArgumentException("unknown option " + arguments[i] + "; " + USAGE);
            }
        }
        if (port < 0 || data == null) {
            throw new IllegalArgumentException(USAGE);
        }
        return new Options(port, host, data, replicaSet);
    }

    private static int parsePort(String value) {
        if (!value.matches("\\d{1,5}") || Integer.parseInt(value) > 65_535) {
            throw new IllegalArgumentException("--port must be 0 to 65535, not " + value);
        }
        return Integer.parseInt(value);
    }
}
