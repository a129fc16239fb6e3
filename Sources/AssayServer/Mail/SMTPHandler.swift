import NIOCore
import NIOSSL

/// Carries a session over a connection: bytes in, bytes out, TLS in between when the session says so. Lives on its event loop.
final class SMTPHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What a server may say in all; more is no mail server.
    private static let byteLimit = 256 << 10

    private var session: SMTPSession
    private var reader = SMTPReplyReader()
    private var received = 0
    private let tls: NIOSSLContext?
    /// For the certificate; `nil` where the server is named by its address.
    private let name: String?
    private let promise: EventLoopPromise<SMTPSession.Ending>
    private var isOver = false

    init(session: SMTPSession, tls: NIOSSLContext?, name: String?, promise: EventLoopPromise<SMTPSession.Ending>) {
        self.session = session
        self.tls = tls
        self.name = name
        self.promise = promise
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        received += buffer.readableBytes
        guard !isOver else { return }
        guard received <= Self.byteLimit, let replies = reader.read(buffer.readableBytesView) else {
            return end(.success(.impossible("what answers there is no mail server")), context)
        }
        for (place, reply) in replies.enumerated() where !isOver {
            switch session.receive(reply) {
            case .send(let bytes): write(bytes, context)
            case .startTLS:
                // What stands behind the answer was said by whoever is on the way, not by the server that TLS will be with.
                guard place == replies.count - 1, reader.isEmpty else {
                    return end(.success(.impossible("somebody spoke between STARTTLS and TLS")), context)
                }
                startTLS(context)
            case .finish(let ending, let goodbye):
                write(goodbye, context)
                end(.success(ending), context)
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.failure(ChannelError.eof), context)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { end(.failure(error), context) }

    private func startTLS(_ context: ChannelHandlerContext) {
        guard let tls else { return end(.success(.impossible("TLS is not set up")), context) }
        do {
            let handler = try NIOSSLClientHandler(context: tls, serverHostname: name)
            try context.pipeline.syncOperations.addHandler(handler, position: .first)
            if case .send(let bytes) = session.secured() { write(bytes, context) }
        } catch {
            end(.failure(error), context)
        }
    }

    private func write(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }

    private func end(_ result: Result<SMTPSession.Ending, any Error>, _ context: ChannelHandlerContext) {
        guard !isOver else { return }
        isOver = true
        promise.completeWith(result)
        context.close(promise: nil)
    }
}
