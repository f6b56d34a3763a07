# suite in a container, serving the folder that is mounted at /srv:
#
#   docker build -t suite .
#   docker run --rm -p 8080:8080 -v "$PWD:/srv:ro" suite
#
# Other verbs are arguments. A load on that server, and on any that the host reaches:
#
#   docker run --rm --network host suite load http://127.0.0.1:8080/ --conns 100 --secs 10
#   docker run --rm suite backends
FROM debian:12-slim AS build
WORKDIR /source
# The packages first, named where benchmark.sh has them too: this layer outlives changes of the code.
COPY cmake/setup.sh cmake/
RUN root=/source && . cmake/setup.sh && install_sets yes build backends charts
COPY . .
RUN cmake --preset release && cmake --build --preset release --target suite
# What the program needs to run: the packages that own the libraries it was linked with.
RUN strip build/suite && ldd build/suite | sed -n 's|.* => .*/\([^/ ]*/[^/ ]*\) .*|*/\1|p' \
      | xargs dpkg-query -S | cut -d : -f 1 | sort -u > /packages

FROM debian:12-slim
COPY --from=build /packages /tmp/packages
# media-types brings /etc/mime.types.
RUN apt-get update \
 && apt-get install -y --no-install-recommends $(cat /tmp/packages) media-types \
 && rm -rf /var/lib/apt/lists/* /tmp/packages
COPY --from=build /source/build/suite /usr/local/bin/suite
USER nobody
EXPOSE 8080
# No shell in between: suite is process 1 and gets the SIGTERM of `docker stop` itself.
ENTRYPOINT ["suite"]
CMD ["serve-http", "-r", "/srv", "--host", "0.0.0.0", "-p", "8080"]
