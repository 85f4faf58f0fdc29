package dev.rideline.standin;

import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import de.bwaldvogel.mongo.wire.MongoWireMessageEncoder;
import de.bwaldvogel.mongo.wire.MongoWireProtocolHandler;
import de.bwaldvogel.mongo.wire.MongoWireReplyEncoder;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;

/** Listens, and sets up the handlers of each connection. */
final class StandinServer {

    /** A command runs on its connection's thread, so a long scan delays the connections that share it: hence many threads. */
    private static final int WORKER_THREADS = 64;
    private static final int BACKLOG = 1_024;
    private static final int STOP_SECONDS = 5;

    private final StandinBackend backend;
    private final EventLoopGroup acceptor = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoopGroup workers = new MultiThreadIoEventLoopGroup(WORKER_THREADS, NioIoHandler.newFactory());
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Consumer<Throwable> onFailure;
    private Channel listener;

    StandinServer(StandinBackend backend, Consumer<Throwable> onFailure) {
        this.backend = backend;
        this.onFailure = onFailure;
    }

    /** Returns the port that it listens on; throws the socket's own exception when the port is taken. */
    int listen(String host, int port) {
        listener = new ServerBootstrap()
            .group(acceptor, workers)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(new ChannelInitializer<SocketChannel>() {
                @Override
                protected void initChannel(SocketChannel connection) {
                    connection.pipeline().addLast(new MongoWireReplyEncoder(), new MongoWireMessageEncoder(),
                        new MongoWireProtocolHandler(), new ConnectionHandler(backend, connections, onFailure));
                }
            })
            .bind(host, port).syncUninterruptibly().channel();
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Accepts no new connections. */
    void stopListening() {
        if (listener != null) {
            listener.close().syncUninterruptibly();
        }
    }

    /** Closes the connections, after the responses that were already written, and ends the threads. */
    void close() {
        connections.close().awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
        acceptor.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS);
        workers.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
    }
}
